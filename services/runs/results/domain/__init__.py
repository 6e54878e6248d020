"""Rules of results: pure, no database, no clock, no input or output."""
