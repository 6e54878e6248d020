"""Rules of federated runs: pure, no database, no clock, no input or output."""
