"""Rules between sites: pure, no database, no clock, no input or output."""
