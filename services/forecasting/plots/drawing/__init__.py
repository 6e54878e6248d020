"""Drawing with matplotlib: only workers and processes of their own load this."""
