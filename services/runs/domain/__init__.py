"""The rules of a training that need no database, clock or library for deep learning."""
