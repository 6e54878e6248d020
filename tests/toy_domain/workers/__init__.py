"""The jobs of the toy."""
