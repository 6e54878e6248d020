"""Recognises units of measurement in names, in rows of their own and in cells."""

import re

_PREFIX = "[kMGTmµucdhn]?"
_BASE = (
    "Wh|W|VA|VAh|var|varh|VAr|VArh|V|A|Ah|Hz|Pa|bar|J|N|Nm|g|t|l|L|m|s|K|C|F|Ω|Ohm|cd|lx|lm|mol|S|"
    "cal|B|bit|T|Bq|Sv"
)
_WORDS = (
    "%|‰|°|°C|°F|℃|Â°C|K|deg|deg ?c|deg ?f|degc|degf|degrees?|grad|celsius|ppm|ppb|pH|psi|rpm|"
    "u/min|min|min-1|1/min|h|d|sec|std|stk|st|pcs|eur|€|usd|\\$|chf|gbp|ct|cent|%rh|%rF|"
    "% ?r\\.? ?[hf]\\.?|"
    "mwp|kwp|wp|mm|inch|in|ft|mi|mph|knots?|kn|gal|btu|therms?|cfm|scfm|gpm|unitless|m2|m3|m²|m³|"
    "cbm|nm3|nm³|fm3|ntu|db|dba|ug/m3|kwh|mwh|gwh|kw|mw|gw|va|kva|kvar|kvarh|ts|rn|smp"
)
_SIMPLE = rf"(?:{_PREFIX}(?:{_BASE})[²³23]?|{_WORDS})"
_UNIT = re.compile(
    rf"{_SIMPLE}(?:(?: ?/ ?| per |\*|·| )?\(?{_SIMPLE}(?:\^?-?[1-4²³])?\)?){{0,3}}(?:\^-?\d)?",
    re.IGNORECASE,
)
_SQUARE = re.compile(r"\[([^\[\]]{1,24})\]")
_ROUND = re.compile(r"\(([^()]{1,24})\)")
_IN = re.compile(r"\s(?:in|en)\s+(\S{1,12})$")
_SIGN = re.compile(r"\s([°%€£$]\S{0,11})$")  # letters alone could be part of a name: "Park A"
_TIME_PATTERN = re.compile(
    r"(?i)(?:[dmyjt]{1,4}[-./ ]){2}[yjdmt]{1,4}([ T,]*h{1,2}[:.]m{1,2}([:.]s{1,2})?)?.*"
)
_KINDS = frozenset(
    [
        "avg",
        "average",
        "mean",
        "min",
        "max",
        "smp",
        "sample",
        "std",
        "tot",
        "total",
        "sum",
        "counter",
        "analog",
        "digital",
        "inst",
        "instant",
        "med",
        "mittelwert",
        "summe",
        "zähler",
        "float",
        "double",
        "int",
        "integer",
        "string",
        "long",
        "boolean",
        "text",
        "number",
    ]
)


def is_unit(text: str) -> bool:
    """Whether the text is a unit of measurement, with or without brackets."""
    text = text.strip()
    if len(text) > 1 and (text[0], text[-1]) in (("[", "]"), ("(", ")")):
        text = text[1:-1].strip()
    return bool(_UNIT.fullmatch(text)) if 0 < len(text) <= 24 else text == "-"


def is_same_unit(one: str, other: str) -> bool:
    """Whether two units are one in two spellings: kWh and KWH, but not mW and MW."""
    one, other = one.replace(" ", ""), other.replace(" ", "")
    alike = one.casefold() == other.casefold()
    return alike and (one[:1] == other[:1] or one[:1] not in "mM")


def real_units(texts: set[str]) -> set[str]:
    """Return the different units among what stands behind numbers; other marks are left out."""
    units: list[str] = []
    for text in sorted(texts):
        if is_unit(text) and not any(is_same_unit(text, unit) for unit in units):
            units.append(text)
    return set(units)


def is_kind_of_value(text: str) -> bool:
    """Whether the text says what kind of value a column holds, such as Avg or Counter."""
    return text.strip().lower() in _KINDS


def is_time_pattern(text: str) -> bool:
    """Whether the text is a pattern of times, such as dd.MM.yyyy HH:mm:ss."""
    return bool(_TIME_PATTERN.fullmatch(text.strip()))


def bare_unit(text: str) -> str | None:
    """Return the unit of a row of units without brackets; None for an empty cell."""
    text = text.strip()
    if len(text) > 2 and (text[0], text[-1]) in (("[", "]"), ("(", ")")):
        text = text[1:-1].strip()
    return text or None


def unit_in_name(name: str) -> str | None:
    """Return the unit of a name: in brackets, behind "in", or a sign at its end, as in "air °C"."""
    if brackets := _SQUARE.findall(name):
        return str(brackets[-1]).strip() or None
    for text in reversed(_ROUND.findall(name)):
        if is_unit(text):
            return str(text).strip()
    match = _IN.search(name) or _SIGN.search(name)
    return match[1] if match and is_unit(match[1]) else None
