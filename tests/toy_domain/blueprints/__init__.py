"""The routes of the toy."""
