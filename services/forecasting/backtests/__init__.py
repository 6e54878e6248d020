"""Backtests: a trained model fitted again at several cut-offs, and what each of them measured."""
