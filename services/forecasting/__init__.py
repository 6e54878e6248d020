"""Forecasting sessions: from a folder of CSV files to a forecast that one can trust."""
