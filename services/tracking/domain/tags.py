"""What a tag may be called and how long a value may be; the same rules for every source of tags."""

MAX_NAME_LENGTH = 250
MAX_VALUE_LENGTH = 5_000
MAX_TAGS = 100


def fault_of_name(name: str) -> str | None:
    """Return what is wrong with the name of a tag or a parameter, None for a good one."""
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        return f"a name has 1 to {MAX_NAME_LENGTH} characters"
    if not name.isprintable() or name != name.strip():
        return "a name is of printable characters, without a space at either end"
    return None


def fault_of_tag(name: str, value: str | None) -> str | None:
    """Return what is wrong with a tag, None for a good one; a value None takes the tag away."""
    fault = fault_of_name(name)
    if fault is None and value is not None and len(value) > MAX_VALUE_LENGTH:
        fault = f"a value has at most {MAX_VALUE_LENGTH} characters; this one has {len(value)}"
    return fault
