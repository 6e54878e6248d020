"""What the analysis of web sites brings to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="sites")
