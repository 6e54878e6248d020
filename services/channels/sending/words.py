"""The words around a message, in the language of its channel."""

WORDS = {
    "en": {
        "raised": "Alert",
        "reminder": "Still open",
        "recovered": "Recovered",
        "test": "Test",
        "info": "information",
        "warning": "warning",
        "critical": "critical",
        "severity": "Severity",
        "time": "Time",
        "open": "Open in Roundhouse",
        "test_title": "The channel {name} works",
        "test_text": "This message was sent to try the channel. Nothing is to be done.",
    },
    "de": {
        "raised": "Warnung",
        "reminder": "Weiterhin offen",
        "recovered": "Behoben",
        "test": "Test",
        "info": "Hinweis",
        "warning": "Warnung",
        "critical": "kritisch",
        "severity": "Schweregrad",
        "time": "Zeit",
        "open": "In Roundhouse öffnen",
        "test_title": "Der Kanal {name} funktioniert",
        "test_text": "Diese Nachricht erprobt den Kanal. Es ist nichts zu tun.",
    },
}


def words_of(language: str) -> dict[str, str]:
    """Return the words of a language, English for one that there is not."""
    return WORDS.get(language, WORDS["en"])
