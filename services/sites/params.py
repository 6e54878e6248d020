"""What an analysis is asked for: the parameters of the kind ``site.analyse``."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from app.errors import Invalid
from services.sites.errors import ForbiddenAddress
from services.sites.fetching.addresses import web_address

T = TypeVar("T")
MAX_LINKS = 200
USUAL_LINKS = 50
MAX_DAYS = 365
MAX_COMPETITOR = 200  # characters
MAX_MODEL_NAME = 200  # characters


class SiteKind(StrEnum):
    """Whose site it is."""

    USER_WEBSITE = "user_website"
    COMPETITOR = "competitor"


FREQUENCY_DAYS = {SiteKind.USER_WEBSITE: 30, SiteKind.COMPETITOR: 10}  # contract 8.4


@dataclass(frozen=True, kw_only=True)
class SiteParams:
    """One page to analyse; ``frequency_days`` is what its schedule is made with.

    ``model_name`` is the language model that is to write a summary, None for no summary.
    """

    url: str
    site_kind: SiteKind = SiteKind.USER_WEBSITE
    competitor_id: str | None = None
    frequency_days: int = FREQUENCY_DAYS[SiteKind.USER_WEBSITE]
    check_links: bool = True
    max_links: int = USUAL_LINKS
    model_name: str | None = None


def parse_params(raw: Mapping[str, Any]) -> SiteParams:
    """Return the parameters that a client sent, with the usual ones added.

    Raises Invalid, whose ``errors`` name every field that is wrong and what would be right.
    """
    reader = _ParamsReader(raw)
    kind = reader.kind()
    params = SiteParams(
        url=reader.url(),
        site_kind=kind,
        competitor_id=reader.competitor(kind),
        frequency_days=reader.number("frequency_days", FREQUENCY_DAYS[kind], MAX_DAYS),
        check_links=reader.switch("check_links"),
        max_links=reader.number("max_links", USUAL_LINKS, MAX_LINKS),
        model_name=reader.model(),
    )
    reader.finish()
    return params


class _ParamsReader:
    """Reads fields one by one and remembers what is wrong with them."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._errors: dict[str, list[str]] = {}

    def url(self) -> str:
        text = self._raw.get("url")
        if not isinstance(text, str) or not text.strip():
            return self._wrong("url", "Give an address such as https://www.example.org/.", "")
        try:
            return web_address(text).href
        except ForbiddenAddress as refused:
            return self._wrong("url", refused.detail, "")

    def kind(self) -> SiteKind:
        value = self._raw.get("site_kind", SiteKind.USER_WEBSITE)
        if isinstance(value, str) and value in set(SiteKind):
            return SiteKind(value)
        return self._wrong("site_kind", "Give user_website or competitor.", SiteKind.USER_WEBSITE)

    def competitor(self, kind: SiteKind) -> str | None:
        value = self._raw.get("competitor_id")
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value) <= MAX_COMPETITOR:
            sentence = f"Give a text of 1 to {MAX_COMPETITOR} characters."
            return self._wrong("competitor_id", sentence, None)
        if kind is not SiteKind.COMPETITOR:
            return self._wrong("competitor_id", "Leave it out: it is for competitors only.", None)
        return value

    def model(self) -> str | None:
        value = self._raw.get("model_name")
        if value is None or (isinstance(value, str) and 0 < len(value) <= MAX_MODEL_NAME):
            return value
        sentence = f"Give a text of 1 to {MAX_MODEL_NAME} characters."
        return self._wrong("model_name", sentence, None)

    def number(self, name: str, usual: int, most: int) -> int:
        value = self._raw.get(name, usual)
        if type(value) is int and 1 <= value <= most:
            return value
        return self._wrong(name, f"Give a whole number from 1 to {most}.", usual)

    def switch(self, name: str) -> bool:
        value = self._raw.get(name, True)
        if isinstance(value, bool):
            return value
        return self._wrong(name, "Give true or false.", True)  # noqa: FBT003 its usual value

    def finish(self) -> None:
        """Raise Invalid if a field was wrong, or one is none of these."""
        known = set(SiteParams.__dataclass_fields__)
        for name in sorted(set(map(str, self._raw)) - known):
            self._wrong(
                name[:100],
                f"There is no such parameter: there are {', '.join(sorted(known))}.",
                None,
            )
        if self._errors:
            raise Invalid("The parameters of the analysis are not valid.", errors=self._errors)

    def _wrong(self, name: str, sentence: str, instead: T) -> T:
        self._errors.setdefault(name, []).append(sentence)
        return instead
