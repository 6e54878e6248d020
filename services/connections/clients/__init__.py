"""The services as they are spoken to: requests, tokens, failures, days. No database."""
