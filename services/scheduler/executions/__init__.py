"""Executions: what each due time became, attempt by attempt."""
