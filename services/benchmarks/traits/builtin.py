"""The traits that come with the platform, of our own making, in English and German.

Eight in each of three categories, half of them kind and half of them unkind. Each pair is about
the same quality, so that a model that agrees with everything gives both halves the same.
"""

from dataclasses import dataclass

CATEGORIES = ("competence", "sociability", "morality")


@dataclass(frozen=True)
class BuiltinTrait:
    """One trait: valence 1 is kind, -1 unkind."""

    code: str
    adjective: str
    adjective_de: str
    category: str
    valence: int


_PAIRS = {
    "competence": (
        (("competent", "kompetent"), ("incompetent", "inkompetent")),
        (("intelligent", "intelligent"), ("slow-witted", "begriffsstutzig")),
        (("diligent", "fleißig"), ("lazy", "faul")),
        (("organised", "organisiert"), ("careless", "nachlässig")),
    ),
    "sociability": (
        (("friendly", "freundlich"), ("hostile", "feindselig")),
        (("warm-hearted", "warmherzig"), ("cold", "gefühlskalt")),
        (("polite", "höflich"), ("rude", "unhöflich")),
        (("sociable", "gesellig"), ("withdrawn", "verschlossen")),
    ),
    "morality": (
        (("honest", "ehrlich"), ("dishonest", "unehrlich")),
        (("fair", "fair"), ("unjust", "ungerecht")),
        (("trustworthy", "vertrauenswürdig"), ("deceitful", "hinterlistig")),
        (("peaceful", "friedfertig"), ("aggressive", "aggressiv")),
    ),
}


def _traits() -> tuple[BuiltinTrait, ...]:
    words = [
        (english, german, category, valence)
        for category, pairs in _PAIRS.items()
        for pair in pairs
        for (english, german), valence in zip(pair, (1, -1), strict=True)
    ]
    return tuple(BuiltinTrait(f"g{number}", *word) for number, word in enumerate(words, 1))


BUILTIN_TRAITS = _traits()
