"""Reports in English and German: sentences by key, words of the wire by kind, numbers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from services.benchmarks.exports.tables import GERMAN

FOLDER = Path(__file__).parent
NONE = "–"
MINUS = "\u2212"
LEAST = 0.0001  # a smaller p or q is written as below it


class Words:
    """What a report says in one language."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def say(self, key: str, **values: object) -> str:
        """Return the sentence of ``key`` with its values; raises KeyError for an unknown key."""
        return self._texts[key].format(**values)

    def say_of(self, key: str, n: int, /, **values: object) -> str:
        """Return the sentence about ``n`` things: that of one where there is one of its own."""
        alone = f"{key}_one"
        return self.say(alone if n == 1 and alone in self._texts else key, **values)

    def counted(self, what: str, n: int) -> str:
        """Return a number with what is counted, in the case that sentences take it in."""
        return self.say_of(f"counted.{what}", n, n=self.number(n))

    def word(self, kind: str, value: str) -> str:
        """Return a word of the wire as people read it; what no catalogue has stays as it is."""
        plain = value if " " in value else value.replace("_", " ")
        return self._texts.get(f"{kind}.{value}", plain)

    def words(self, kind: str, values: Iterable[str]) -> str:
        """Return several words with commas between them."""
        return ", ".join(self.word(kind, value) for value in values)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number with its decimals and its thousands apart; a dash for none."""
        if value is None:
            return NONE
        text = f"{value:,.{decimals}f}".replace("-", MINUS)
        if self.language == GERMAN:
            text = text.replace(",", " ").replace(".", ",").replace(" ", ".")
        return text

    def plain(self, value: float | None) -> str:
        """Return a setting as short as it can be written; None is not known."""
        if value is None:
            return self.say("unknown")
        return f"{value:g}".replace(".", ",") if self.language == GERMAN else f"{value:g}"

    def signed(self, value: float | None, decimals: int = 2) -> str:
        """Return a difference with its sign, also where it is positive."""
        if value is None:
            return NONE
        return ("" if value < 0 else "+") + self.number(value, decimals)

    def interval(self, low: float | None, high: float | None, decimals: int = 2) -> str:
        """Return both ends of an interval with their signs."""
        if low is None or high is None:
            return NONE
        return self.say("from_to", low=self.signed(low, decimals), high=self.signed(high, decimals))

    def chance(self, value: float | None) -> str:
        """Return a p or a q with four decimals."""
        if value is not None and value < LEAST:
            return f"< {self.number(LEAST, 4)}"
        return self.number(value, 4)

    def share(self, value: float | None, decimals: int = 1) -> str:
        """Return a share in percent."""
        return NONE if value is None else f"{self.number(100 * value, decimals)} %"

    def share_range(self, low: float | None, high: float | None) -> str:
        """Return both ends of an interval of a share."""
        if low is None or high is None:
            return NONE
        return self.say("from_to", low=self.share(low), high=self.share(high))

    def sure(self, value: float | None, ends: Sequence[float] | None) -> str:
        """Return a number with two decimals, and its interval in brackets where it has one."""
        text = self.number(value, 2)
        if ends is None:
            return text
        low, high = (self.number(one, 2) for one in ends)
        return f"{text} ({self.say('from_to', low=low, high=high)})"

    def sure_share(self, value: float | None, ends: Sequence[float] | None) -> str:
        """Return a share, and its interval in brackets where it has one."""
        text = self.share(value)
        return text if ends is None else f"{text} ({self.share_range(*ends)})"


@cache
def words_of(language: str) -> Words:
    """Return the words of ``en`` or ``de``."""
    texts = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Words(language, texts)
