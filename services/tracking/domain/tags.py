"""What a tag may be called and how long a value may be; the same rules wherever tags come from."""

LONGEST_NAME = 250
LONGEST_VALUE = 5_000
MOST_TAGS = 100


def fault_of_name(name: str) -> str | None:
    """Return what is wrong with the name of a tag or a parameter, None for a good one."""
    if not 1 <= len(name) <= LONGEST_NAME:
        return f"a name has 1 to {LONGEST_NAME} characters"
    if not name.isprintable() or name != name.strip():
        return "a name is of printable characters, without a space at either end"
    return None


def fault_of_tag(name: str, value: str | None) -> str | None:
    """Return what is wrong with a tag, None for a good one; a value None takes the tag away."""
    fault = fault_of_name(name)
    if fault is None and value is not None and len(value) > LONGEST_VALUE:
        fault = f"a value has at most {LONGEST_VALUE} characters; this one has {len(value)}"
    return fault
