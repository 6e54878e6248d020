"""What flags bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="flags", audit_actions=("flag_changed", "flag_braked"), pages=("flags",))
