"""One store for every file that people send: it loses no byte, and nothing arrives twice."""
