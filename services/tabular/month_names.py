"""Names of months in the languages that loggers and portals write."""

import unicodedata

_NAMES = {
    "English": "jan feb mar apr may jun jul aug sep oct nov dec",
    "German": "jan feb mrz apr mai jun jul aug sep okt nov dez",
    "French": "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
    "Spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Dutch": "jan feb mrt apr mei jun jul aug sep okt nov dec",
}
_LONG = {
    "English": "january february march april may june july august september october november "
    "december",
    "German": "januar februar marz april mai juni juli august september oktober november dezember",
    "French": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
    "decembre",
    "Italian": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
    "novembre dicembre",
    "Spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "Dutch": "januari februari maart april mei juni juli augustus september oktober november "
    "december",
}
_EXTRA = {
    "English": {"sept": 9},
    "German": {
        "maerz": 3,
        "maer": 3,
        "mar": 3,
        "janner": 1,
        "jaenner": 1,
        "jan": 1,
        "feber": 2,
        "sept": 9,
    },
}


def fold(name: str) -> str:
    """Return the name in lower case without accents and points."""
    plain = unicodedata.normalize("NFKD", name.lower().rstrip("."))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def months_of(language: str) -> dict[str, int]:
    """Return the number of each month by its folded short and long names."""
    short, long = _NAMES[language].split(), _LONG[language].split()
    table = {name: number for names in (short, long) for number, name in enumerate(names, 1)}
    return table | _EXTRA.get(language, {})


def language_of(names: set[str]) -> str | None:
    """Return the first language that knows all of the names."""
    folded = {fold(name) for name in names}
    return next((one for one in _NAMES if folded <= set(months_of(one))), None)


def is_month(name: str) -> bool:
    """Whether any language knows the name."""
    return any(fold(name) in months_of(language) for language in _NAMES)
