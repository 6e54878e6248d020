"""What incidents bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="incidents", audit_actions=())
