"""Countries of subregions (UN M49), in English and German, as far as the simulated model knows."""

COUNTRIES: dict[str, tuple[str, ...]] = {
    "Western Europe": (
        "Germany", "Deutschland", "France", "Frankreich", "Austria", "Österreich",
        "Switzerland", "Schweiz", "Netherlands", "Niederlande", "Belgium", "Belgien",
    ),
    "Northern Europe": (
        "United Kingdom", "Vereinigtes Königreich", "Ireland", "Irland", "Sweden", "Schweden",
        "Denmark", "Dänemark", "Norway", "Norwegen", "Finland", "Finnland",
    ),
    "Southern Europe": (
        "Italy", "Italien", "Spain", "Spanien", "Greece", "Griechenland", "Portugal",
        "Croatia", "Kroatien", "Serbia", "Serbien", "Albania", "Albanien",
    ),
    "Eastern Europe": (
        "Poland", "Polen", "Ukraine", "Russia", "Russland", "Russian Federation",
        "Russische Föderation", "Romania", "Rumänien", "Hungary", "Ungarn", "Bulgaria",
        "Bulgarien",
    ),
    "Western Asia": (
        "Turkey", "Türkiye", "Türkei", "Syria", "Syrien", "Syrian Arab Republic", "Iraq", "Irak",
        "Lebanon", "Libanon", "Israel", "Georgia", "Georgien", "Saudi Arabia", "Saudi-Arabien",
    ),
    "Southern Asia": (
        "India", "Indien", "Pakistan", "Bangladesh", "Bangladesch", "Iran", "Afghanistan",
        "Sri Lanka", "Nepal",
    ),
    "Eastern Asia": ("China", "Japan", "South Korea", "Südkorea", "Mongolia", "Mongolei"),
    "South-eastern Asia": (
        "Vietnam", "Viet Nam", "Thailand", "Indonesia", "Indonesien", "Philippines", "Philippinen",
        "Malaysia",
    ),
    "Northern Africa": (
        "Egypt", "Ägypten", "Morocco", "Marokko", "Algeria", "Algerien", "Tunisia", "Tunesien",
        "Libya", "Libyen", "Sudan",
    ),
    "Sub-Saharan Africa": (
        "Nigeria", "Ghana", "Kenya", "Kenia", "Ethiopia", "Äthiopien", "Senegal", "Eritrea",
        "Somalia", "South Africa", "Südafrika", "Cameroon", "Kamerun",
    ),
    "Northern America": (
        "United States", "Vereinigte Staaten", "United States of America", "USA", "Canada",
        "Kanada",
    ),
    "Latin America and the Caribbean": (
        "Brazil", "Brasilien", "Mexico", "Mexiko", "Argentina", "Argentinien", "Colombia",
        "Kolumbien", "Peru", "Chile", "Cuba", "Kuba",
    ),
}  # fmt: skip
