"""Marginals that pools are drawn from: data of our own, shaped like a country in Central Europe.

They are plausible and no statistics of any office: what a pool of them says about shares in a
population is not to be quoted. Weights need not sum to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Weights = Mapping[str, float]

GENDER: Weights = {"male": 0.495, "female": 0.497, "diverse": 0.008}
# the contract's groups; the oldest end at 94
AGE_BINS = ((0, 9), (10, 19), (20, 29), (30, 44), (45, 64), (65, 94))
REPRESENTATIVE_AGES = (5, 15, 25, 37, 55, 72)
AGE: Weights = dict(zip("012345", (0.09, 0.10, 0.12, 0.20, 0.27, 0.22), strict=True))
SEXUALITY: Weights = {"heterosexual": 0.981, "homosexual": 0.012, "bisexual": 0.007}

ADULT = 18
MARRIAGE: Mapping[int, Weights] = {  # by age group, of adults
    1: {"single": 1.0},
    2: {"single": 0.86, "married": 0.125, "divorced": 0.013, "widowed": 0.002},
    3: {"single": 0.42, "married": 0.49, "divorced": 0.08, "widowed": 0.01},
    4: {"single": 0.20, "married": 0.58, "divorced": 0.18, "widowed": 0.04},
    5: {"single": 0.07, "married": 0.55, "divorced": 0.13, "widowed": 0.25},
}

EDUCATION_FROM: Mapping[str, int] = {  # the age from which it can be reached, lowest first
    "primary school": 6,
    "lower secondary school": 15,
    "upper secondary school": 18,
    "vocational training": 18,
    "bachelor's degree": 21,
    "master's degree": 23,
    "doctorate": 26,
}
EDUCATION: Weights = dict(
    zip(EDUCATION_FROM, (0.04, 0.18, 0.15, 0.39, 0.10, 0.12, 0.02), strict=True)
)
RANKS = {level: rank for rank, level in enumerate(EDUCATION_FROM)}


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation with the least education that it needs, and how many have it."""

    category: str
    education: str
    weight: float
    youngest: int = 18


WORKING_FROM, WORKING_TO = 16, 67  # years of age
EMPLOYED = {1: 0.35, 2: 0.75, 3: 0.86, 4: 0.82, 5: 0.5}  # by age group, within those ages
_VOCATIONAL, _BACHELOR, _MASTER = "vocational training", "bachelor's degree", "master's degree"
OCCUPATIONS: Mapping[str, Occupation] = {
    "nurse": Occupation("health and care", _VOCATIONAL, 5),
    "geriatric carer": Occupation("health and care", "lower secondary school", 4),
    "physician": Occupation("health and care", _MASTER, 3, 26),
    "pharmacist": Occupation("health and care", _MASTER, 1, 25),
    "kindergarten teacher": Occupation("education", _VOCATIONAL, 3),
    "school teacher": Occupation("education", _MASTER, 5, 25),
    "professor": Occupation("education", "doctorate", 1, 35),
    "social worker": Occupation("education", _BACHELOR, 2, 22),
    "cook": Occupation("hospitality and retail", "lower secondary school", 4, 17),
    "waiter": Occupation("hospitality and retail", "primary school", 3, 16),
    "shop assistant": Occupation("hospitality and retail", "lower secondary school", 7, 16),
    "hairdresser": Occupation("hospitality and retail", _VOCATIONAL, 2),
    "bricklayer": Occupation("crafts and production", _VOCATIONAL, 3),
    "electrician": Occupation("crafts and production", _VOCATIONAL, 4),
    "car mechanic": Occupation("crafts and production", _VOCATIONAL, 3),
    "carpenter": Occupation("crafts and production", _VOCATIONAL, 2),
    "factory worker": Occupation("crafts and production", "primary school", 6, 16),
    "farmer": Occupation("crafts and production", "lower secondary school", 2),
    "warehouse worker": Occupation("transport and cleaning", "primary school", 5, 16),
    "cleaner": Occupation("transport and cleaning", "primary school", 5, 16),
    "lorry driver": Occupation("transport and cleaning", "lower secondary school", 4, 21),
    "bus driver": Occupation("transport and cleaning", "lower secondary school", 2, 21),
    "office clerk": Occupation("office and administration", _VOCATIONAL, 9),
    "bank clerk": Occupation("office and administration", _VOCATIONAL, 2),
    "accountant": Occupation("office and administration", _VOCATIONAL, 3),
    "police officer": Occupation("office and administration", _VOCATIONAL, 2, 20),
    "manager": Occupation("office and administration", _BACHELOR, 4, 27),
    "lawyer": Occupation("office and administration", _MASTER, 2, 26),
    "software developer": Occupation("technology and science", _BACHELOR, 5, 21),
    "engineer": Occupation("technology and science", _BACHELOR, 5, 22),
    "scientist": Occupation("technology and science", _MASTER, 2, 25),
    "journalist": Occupation("media and arts", _BACHELOR, 1, 22),
    "musician": Occupation("media and arts", "lower secondary school", 1),
}

HOME = "Germany"
MIGRATION: Weights = {"without_migration": 0.72, "with_migration": 0.28}
COMMON_ORIGINS: Weights = {  # of people with a history of migration; every other country: 1
    "Türkiye": 120, "Poland": 90, "Russia": 60, "Kazakhstan": 50, "Syria": 55, "Romania": 50,
    "Italy": 40, "Ukraine": 45, "Croatia": 25, "Greece": 22, "Bulgaria": 22, "Kosovo": 25,
    "Serbia": 18, "Bosnia and Herzegovina": 16, "Afghanistan": 22, "Iraq": 18, "Iran": 15,
    "Austria": 14, "Hungary": 13, "Spain": 11, "Portugal": 9, "France": 9, "India": 14,
    "Vietnam": 9, "China": 9, "Morocco": 10, "Nigeria": 5, "Eritrea": 5, "Ghana": 4,
    "United States": 8, "Brazil": 6, "United Kingdom": 6, "Netherlands": 8, "Lebanon": 7,
    "Pakistan": 6, "Philippines": 4, "Thailand": 4, "Somalia": 4, "Albania": 6, "Tunisia": 4,
}  # fmt: skip

NAMES_OF_RELIGIONS = (
    "Christians", "Muslims", "Religiously_unaffiliated", "Buddhists", "Hindus", "Jews",
    "Other_religions",
)  # fmt: skip


def _religions(*weights: float) -> Weights:
    return dict(zip(NAMES_OF_RELIGIONS, weights, strict=True))


_EUROPEAN = _religions(0.58, 0.06, 0.34, 0.004, 0.002, 0.003, 0.011)
_MUSLIM = _religions(0.06, 0.88, 0.04, 0.001, 0.001, 0.006, 0.012)
_OCEANIC = _religions(0.60, 0.03, 0.32, 0.02, 0.02, 0.003, 0.007)
RELIGION: Mapping[str, Weights] = {  # by subregion
    "Western Europe": _EUROPEAN,
    "Northern Europe": _EUROPEAN,
    "Southern Europe": _religions(0.78, 0.08, 0.13, 0.001, 0.001, 0.001, 0.007),
    "Eastern Europe": _religions(0.82, 0.04, 0.13, 0.001, 0.001, 0.002, 0.006),
    "Northern Africa": _MUSLIM,
    "Western Asia": _MUSLIM,
    "Central Asia": _religions(0.16, 0.78, 0.05, 0.002, 0.001, 0.002, 0.005),
    "Southern Asia": _religions(0.03, 0.38, 0.01, 0.03, 0.53, 0.001, 0.019),
    "Eastern Asia": _religions(0.06, 0.02, 0.60, 0.27, 0.001, 0.001, 0.048),
    "South-eastern Asia": _religions(0.22, 0.38, 0.09, 0.28, 0.01, 0.001, 0.019),
    "Sub-Saharan Africa": _religions(0.62, 0.31, 0.03, 0.001, 0.002, 0.001, 0.036),
    "Latin America and the Caribbean": _religions(0.89, 0.002, 0.08, 0.001, 0.001, 0.001, 0.025),
    "Northern America": _religions(0.67, 0.012, 0.27, 0.012, 0.008, 0.018, 0.01),
    "Australia and New Zealand": _OCEANIC,
    "Melanesia": _religions(0.90, 0.02, 0.01, 0.001, 0.05, 0.001, 0.018),
    "Micronesia": _religions(0.93, 0.002, 0.02, 0.01, 0.001, 0.001, 0.036),
    "Polynesia": _religions(0.95, 0.001, 0.02, 0.002, 0.001, 0.001, 0.025),
}
RELIGION_OF: Mapping[str, Weights] = {  # countries that differ from their subregion
    "Israel": _religions(0.02, 0.18, 0.03, 0.001, 0.001, 0.74, 0.028),
    "India": _religions(0.025, 0.14, 0.005, 0.008, 0.79, 0.001, 0.031),
    "Armenia": _religions(0.97, 0.001, 0.02, 0.001, 0.001, 0.001, 0.006),
    "Georgia": _religions(0.88, 0.10, 0.01, 0.001, 0.001, 0.001, 0.007),
}

GERMAN: Mapping[str, str] = {  # what prompts in German call education and occupations
    "primary school": "Grundschule",
    "lower secondary school": "Hauptschul- oder Realschulabschluss",
    "upper secondary school": "Abitur",
    "vocational training": "Berufsausbildung",
    "bachelor's degree": "Bachelorabschluss",
    "master's degree": "Masterabschluss",
    "doctorate": "Promotion",
    "nurse": "Pflegefachkraft",
    "geriatric carer": "Altenpflegekraft",
    "physician": "Arztberuf",
    "pharmacist": "Apothekenberuf",
    "kindergarten teacher": "Kita-Fachkraft",
    "school teacher": "Lehrkraft",
    "professor": "Professur",
    "social worker": "Fachkraft für Soziale Arbeit",
    "cook": "Küchenkraft",
    "waiter": "Servicekraft in der Gastronomie",
    "shop assistant": "Verkaufskraft",
    "hairdresser": "Fachkraft im Friseurhandwerk",
    "bricklayer": "Fachkraft im Maurerhandwerk",
    "electrician": "Elektrofachkraft",
    "car mechanic": "Fachkraft in der Kfz-Werkstatt",
    "carpenter": "Fachkraft im Tischlerhandwerk",
    "factory worker": "Fabrikarbeit",
    "farmer": "Landwirtschaft",
    "warehouse worker": "Lagerarbeit",
    "cleaner": "Reinigungskraft",
    "lorry driver": "Lkw-Fahrdienst",
    "bus driver": "Busfahrdienst",
    "office clerk": "Bürokraft",
    "bank clerk": "Bankkaufleute",
    "accountant": "Buchhaltung",
    "police officer": "Polizeidienst",
    "manager": "Führungskraft",
    "lawyer": "Anwaltsberuf",
    "software developer": "Softwareentwicklung",
    "engineer": "Ingenieurwesen",
    "scientist": "Wissenschaft",
    "journalist": "Journalismus",
    "musician": "Musik",
}
