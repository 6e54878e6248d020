"""What benchmarks bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(
    name="benchmarks",
    audit_actions=(
        "trait_created",
        "trait_changed",
        "trait_deleted",
        "traits_imported",
    ),
)
