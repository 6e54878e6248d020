"""Rules of the first page: pure, no database, no clock, no input or output."""
