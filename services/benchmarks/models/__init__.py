"""Models behind OpenAI-compatible servers: where they are, what they cost, and their keys."""
