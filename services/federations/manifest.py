"""What federations across sites bring to the platform."""

from app.domains import Domain, SearchKind
from app.models.federation import Federation

DOMAIN = Domain(
    name="federations",
    audit_actions=(
        "federation_created",
        "federation_changed",
        "federation_started",
        "federation_stopped",
        "federation_deleted",
        "site_invited",
        "site_enrolled",
        "site_joined",
        "site_revoked",
        "site_expiry_changed",
    ),
    search=(
        SearchKind(
            kind="federation",
            model=Federation,
            place=3,
            words=("federation", "federations", "föderation"),
        ),
    ),
    pages=("federations",),
    object_pages=("federations",),
)
