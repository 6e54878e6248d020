"""Sets of personas: built, uploaded, listed, changed."""
