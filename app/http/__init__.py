"""The web edge: parse, call one use case in a thread, serialise."""
