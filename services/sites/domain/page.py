"""What was read from one page: values, as JSON and back."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class PageHeading:
    """A heading: its level, 1 to 6, and its text with white space collapsed."""

    level: int
    text: str


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """A ``hreflang`` and the address that it names."""

    code: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PageFacts:
    """A page as it was read; addresses are absolute, texts have their white space collapsed.

    Lists are cut at ``MAX_ITEMS`` of ``reading.text``, texts at ``MAX_TEXT``; the counts and
    ``content_hash`` are of all. ``charset`` is what it was decoded with; ``charset_declared`` are
    the names that header, byte order mark and page give; ``landmarks`` counts structure elements.
    ``excerpt`` is how its text begins: a summary is written from it, and nothing keeps it.
    """

    title: str | None
    titles: int
    description: str | None
    lang: str | None
    headings: tuple[PageHeading, ...]
    canonicals: tuple[str, ...]
    links: tuple[str, ...]
    links_internal: int
    links_external: int
    images: int
    images_without_alt: tuple[str, ...]
    hreflang: tuple[LanguageLink, ...]
    robots: tuple[str, ...]
    words: int
    scripts: int
    meta: dict[str, str] = field(default_factory=dict)
    landmarks: dict[str, int] = field(default_factory=dict)
    charset: str
    charset_declared: tuple[str, ...]
    charset_wrong: bool
    content_hash: str
    excerpt: str = ""

    @property
    def h1(self) -> list[str]:
        """The texts of the headings of level 1."""
        return [one.text for one in self.headings if one.level == 1]

    @property
    def canonical(self) -> str | None:
        """The first address that the page names as its own."""
        return self.canonicals[0] if self.canonicals else None

    def to_json(self) -> dict[str, Any]:
        """Return a form that is JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        """Return the page of ``to_json``. Raises KeyError and TypeError for something else."""
        values = {one.name: raw[one.name] for one in fields(cls) if one.name != "excerpt"}
        values["excerpt"] = raw.get("excerpt", "")
        plain = ("canonicals", "links", "images_without_alt", "robots", "charset_declared")
        values |= {name: tuple(values[name]) for name in plain}
        values["headings"] = tuple(PageHeading(**one) for one in values["headings"])
        values["hreflang"] = tuple(LanguageLink(**one) for one in values["hreflang"])
        return cls(**values)
