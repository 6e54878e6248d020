"""What the home page and the inbox bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="attention", pages=("inbox",))
