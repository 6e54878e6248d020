"""HTML of strangers to facts, in a process of its own."""
