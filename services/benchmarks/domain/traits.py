"""Traits to start with: adjectives in both languages, three categories, both valences.

The categories are those of research on social perception: competence, sociability (warmth) and
morality (Abele et al., Psychological Review 128, 2021).
"""

from dataclasses import dataclass

COMPETENCE, SOCIABILITY, MORALITY = "competence", "sociability", "morality"


@dataclass(frozen=True)
class TraitText:
    """An adjective in both languages, with its category and its valence (+1 or -1)."""

    en: str
    de: str
    category: str
    valence: int


DEFAULT_TRAITS = (
    TraitText("competent", "kompetent", COMPETENCE, 1),
    TraitText("intelligent", "intelligent", COMPETENCE, 1),
    TraitText("efficient", "effizient", COMPETENCE, 1),
    TraitText("ambitious", "ehrgeizig", COMPETENCE, 1),
    TraitText("incompetent", "inkompetent", COMPETENCE, -1),
    TraitText("lazy", "faul", COMPETENCE, -1),
    TraitText("clumsy", "ungeschickt", COMPETENCE, -1),
    TraitText("disorganized", "unorganisiert", COMPETENCE, -1),
    TraitText("friendly", "freundlich", SOCIABILITY, 1),
    TraitText("helpful", "hilfsbereit", SOCIABILITY, 1),
    TraitText("warm-hearted", "warmherzig", SOCIABILITY, 1),
    TraitText("sociable", "gesellig", SOCIABILITY, 1),
    TraitText("cold", "kalt", SOCIABILITY, -1),
    TraitText("unfriendly", "unfreundlich", SOCIABILITY, -1),
    TraitText("aggressive", "aggressiv", SOCIABILITY, -1),
    TraitText("arrogant", "arrogant", SOCIABILITY, -1),
    TraitText("honest", "ehrlich", MORALITY, 1),
    TraitText("reliable", "zuverlässig", MORALITY, 1),
    TraitText("fair", "fair", MORALITY, 1),
    TraitText("trustworthy", "vertrauenswürdig", MORALITY, 1),
    TraitText("dishonest", "unehrlich", MORALITY, -1),
    TraitText("unreliable", "unzuverlässig", MORALITY, -1),
    TraitText("deceitful", "hinterlistig", MORALITY, -1),
    TraitText("selfish", "egoistisch", MORALITY, -1),
)
