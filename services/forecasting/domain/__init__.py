"""Rules of forecasting sessions: pure functions."""
