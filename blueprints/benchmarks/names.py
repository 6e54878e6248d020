"""Names in addresses and queries that must be one of a list."""

from app.errors import Invalid
from services.benchmarks.domain.attributes import ATTRIBUTES, UnknownChoiceError


def attribute_name(name: str, field: str = "attribute") -> str:
    """Return the name of an attribute. Raises Invalid with the nearest for any other."""
    if name not in ATTRIBUTES:
        detail = str(UnknownChoiceError(field, name, ATTRIBUTES))
        raise Invalid(detail, errors={field: [detail]})
    return name
