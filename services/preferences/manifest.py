"""What preferences bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="preferences", audit_actions=("config_changed",))
