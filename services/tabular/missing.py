"""Words that say that there is no value, and words that mean yes and no."""

# what loggers, spreadsheets and portals write where a value is missing, in lower case
MISSING_WORDS = frozenset(
    (  # noqa: SIM905 - a list of fifty lines reads worse
        "nan na n/a n.a. n.a n/e null none nil - -- --- ---- – — . .. ... ? ?? * x "
        "#nv #n/a #na #div/0! #value! #wert! #ref! #bezug! #name? #num! #zahl! #null! #fehler! "
        "unavailable unknown bad error err fehler missing invalid ungültig fault failed fail "
        "offline timeout void no_data nodata overflow underflow over under "
        "<na> (null) <null> \\n calc_failed pt_created "
        "k.a. ka k.w. n.v. nv n.d. nd n.b. s.d. s/d s.o. fehlt fehlend leer defekt ausfall "
        "störung entfällt absent manquant"
    ).split()
) | {
    "kein wert",
    "k. a.",
    "k. w.",
    "n. v.",
    "n. a.",
    "n. b.",
    "keine angabe",
    "nicht bestimmt",
    "nicht gemessen",
    "not measured",
    "non disponible",
    "keine daten",
    "no data",
    "no value",
    "not available",
    "i/o timeout",
    "nicht verfügbar",
}
INFINITE_WORDS = frozenset(
    f"{sign}{word}" for sign in ("", "+", "-") for word in ("inf", "infinity", "∞", "nan")
)
BOOLEAN_PAIRS: tuple[tuple[str, str], ...] = (
    ("on", "off"),
    ("true", "false"),
    ("yes", "no"),
    ("ja", "nein"),
    ("ein", "aus"),
    ("an", "aus"),
    ("open", "closed"),
    ("offen", "geschlossen"),
    ("auf", "zu"),
    ("active", "inactive"),
    ("aktiv", "inaktiv"),
    ("running", "stopped"),
    ("wahr", "falsch"),
    ("oui", "non"),
    ("t", "f"),
    ("y", "n"),
)


def is_missing(cell: str) -> bool:
    """Whether the cell is empty or a word for a missing or infinite value."""
    lower = cell.strip().lower()
    return not lower or lower in MISSING_WORDS or lower in INFINITE_WORDS


def boolean_pair_of(words: set[str]) -> tuple[str, str] | None:
    """Return (yes, no) if the lower-case words are both, or one, of such a pair."""
    if not words:
        return None
    return next((pair for pair in BOOLEAN_PAIRS if words <= set(pair)), None)
