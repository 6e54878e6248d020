"""The tables that can be exported: their columns in both languages, and their decimals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GERMAN, ENGLISH = "de", "en"
LANGUAGES = (GERMAN, ENGLISH)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of an export: its field, its heading in both languages, decimals of its numbers."""

    field: str
    de: str
    en: str
    decimals: int | None = None

    def heading(self, language: str) -> str:
        """Return the heading."""
        return self.de if language == GERMAN else self.en

    def written(self, row: Mapping[str, Any], language: str) -> str | None:
        """Return the cell: numbers rounded, truth values as words, None as it is."""
        value = row.get(self.field)
        if isinstance(value, bool):
            return ("ja" if value else "nein") if language == GERMAN else "yes" if value else "no"
        if isinstance(value, float) and self.decimals is not None:
            return f"{value:.{self.decimals}f}"
        return None if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class ExportTable:
    """Headings, and rows of texts as long as these."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]


DELTAS = (
    Column(field="category", de="Kategorie", en="Category"),
    Column(field="baseline", de="Baseline", en="Baseline"),
    Column(field="count", de="n Bewertungen", en="n ratings"),
    Column(field="n_personas", de="n Personen", en="n persons"),
    Column(field="mean", de="Mittelwert", en="Mean", decimals=3),
    Column(field="delta", de="Delta", en="Delta", decimals=3),
    Column(field="ci_low", de="KI unten", en="CI low", decimals=3),
    Column(field="ci_high", de="KI oben", en="CI high", decimals=3),
    Column(field="cliffs_delta", de="Cliffs Delta", en="Cliff's delta", decimals=3),
    Column(field="p_value", de="p-Wert", en="p value", decimals=6),
    Column(field="q_value", de="q-Wert", en="q value", decimals=6),
    Column(field="significant", de="Signifikant (q)", en="Significant (q)"),
    Column(field="exploratory", de="Explorativ", en="Exploratory"),
)
KRUSKAL = (
    Column(field="attribute", de="Merkmal", en="Attribute"),
    Column(field="n_groups", de="Gruppen", en="Groups"),
    Column(field="n_total", de="n Bewertungen", en="n ratings"),
    Column(field="n_personas", de="n Personen", en="n persons"),
    Column(field="h_stat", de="H", en="H", decimals=3),
    Column(field="eta_squared", de="Eta-Quadrat", en="Eta squared", decimals=4),
    Column(field="effect_interpretation", de="Effekt", en="Effect"),
    Column(field="p_personas", de="p-Wert (Personen)", en="p value (persons)", decimals=6),
    Column(field="q_value", de="q-Wert", en="q value", decimals=6),
    Column(field="significant", de="Signifikant (q)", en="Significant (q)"),
)
OF_CATEGORY = Column(field="trait_category", de="Trait-Kategorie", en="Trait category")


def export_table(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    language: str = GERMAN,
) -> ExportTable:
    """Return the rows as texts under their headings."""
    return ExportTable(
        name=name,
        headings=[column.heading(language) for column in columns],
        rows=[[column.written(row, language) for column in columns] for row in rows],
    )
