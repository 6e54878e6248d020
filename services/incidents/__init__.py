"""Failures of jobs, put together by their causes, and what people do about them."""
