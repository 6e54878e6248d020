"""The use cases of the toy."""
