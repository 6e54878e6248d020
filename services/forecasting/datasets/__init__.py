"""The datasets of a session: its windows counted, checked, drawn and kept as arrays."""
