"""Forecasting with kept models: windows in, forecasts out, and who may have them."""
