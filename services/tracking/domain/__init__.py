"""Rules of what is tracked: pure, no database, no clock, no input or output."""
