"""The queue of a person: what becomes a benchmark, a generation or a data set at its turn."""
