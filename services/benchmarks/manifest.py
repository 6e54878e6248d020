"""What benchmarks bring to the platform."""

from app.domains import Domain

DOMAIN = Domain(
    name="benchmarks",
    audit_actions=(
        "persona_set_created",
        "persona_set_changed",
        "persona_set_deleted",
        "persona_changed",
        "trait_created",
        "trait_changed",
        "trait_deleted",
        "traits_imported",
    ),
)
