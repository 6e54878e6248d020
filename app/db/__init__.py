"""The database: one engine, one unit of work per use case."""
