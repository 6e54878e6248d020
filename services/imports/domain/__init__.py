"""Rules of foreign result files: pure, no database, no clock, no input or output."""
