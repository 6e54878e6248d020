"""What the analysis of web sites brings to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="sites", pages=("sites",), object_pages=("sites",))
