"""What studies bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(name="studies", audit_actions=("study_started", "study_deleted"))
