"""Countries by region and subregion of the UN's M49, with names in English and German: data.

``Region / Subregion`` heads a block; a country is ISO alpha-2, English name / German name.
"""

TABLE = """
Africa / Northern Africa
DZ Algeria/Algerien; EG Egypt/Ägypten; LY Libya/Libyen; MA Morocco/Marokko; SD Sudan/Sudan;
TN Tunisia/Tunesien
Africa / Sub-Saharan Africa
AO Angola/Angola; BJ Benin/Benin; BW Botswana/Botsuana; BF Burkina Faso/Burkina Faso;
BI Burundi/Burundi; CV Cabo Verde/Kap Verde; CM Cameroon/Kamerun;
CF Central African Republic/Zentralafrikanische Republik; TD Chad/Tschad; KM Comoros/Komoren;
CG Congo/Republik Kongo; CD DR Congo/Demokratische Republik Kongo; CI Côte d'Ivoire/Elfenbeinküste;
DJ Djibouti/Dschibuti; GQ Equatorial Guinea/Äquatorialguinea; ER Eritrea/Eritrea;
SZ Eswatini/Eswatini; ET Ethiopia/Äthiopien; GA Gabon/Gabun; GM Gambia/Gambia; GH Ghana/Ghana;
GN Guinea/Guinea; GW Guinea-Bissau/Guinea-Bissau; KE Kenya/Kenia; LS Lesotho/Lesotho;
LR Liberia/Liberia; MG Madagascar/Madagaskar; MW Malawi/Malawi; ML Mali/Mali;
MR Mauritania/Mauretanien; MU Mauritius/Mauritius; MZ Mozambique/Mosambik; NA Namibia/Namibia;
NE Niger/Niger; NG Nigeria/Nigeria; RW Rwanda/Ruanda;
ST São Tomé and Príncipe/São Tomé und Príncipe; SN Senegal/Senegal; SC Seychelles/Seychellen;
SL Sierra Leone/Sierra Leone; SO Somalia/Somalia;
ZA South Africa/Südafrika; SS South Sudan/Südsudan; TZ Tanzania/Tansania; TG Togo/Togo;
UG Uganda/Uganda; ZM Zambia/Sambia; ZW Zimbabwe/Simbabwe
Americas / Latin America and the Caribbean
AG Antigua and Barbuda/Antigua und Barbuda; AR Argentina/Argentinien; BS Bahamas/Bahamas;
BB Barbados/Barbados; BZ Belize/Belize; BO Bolivia/Bolivien; BR Brazil/Brasilien; CL Chile/Chile;
CO Colombia/Kolumbien; CR Costa Rica/Costa Rica; CU Cuba/Kuba; DM Dominica/Dominica;
DO Dominican Republic/Dominikanische Republik; EC Ecuador/Ecuador; SV El Salvador/El Salvador;
GD Grenada/Grenada; GT Guatemala/Guatemala; GY Guyana/Guyana; HT Haiti/Haiti;
HN Honduras/Honduras; JM Jamaica/Jamaika; MX Mexico/Mexiko; NI Nicaragua/Nicaragua;
PA Panama/Panama; PY Paraguay/Paraguay; PE Peru/Peru;
KN Saint Kitts and Nevis/St. Kitts und Nevis; LC Saint Lucia/St. Lucia;
VC Saint Vincent and the Grenadines/St. Vincent und die Grenadinen; SR Suriname/Suriname;
TT Trinidad and Tobago/Trinidad und Tobago; UY Uruguay/Uruguay; VE Venezuela/Venezuela
Americas / Northern America
CA Canada/Kanada; US United States/Vereinigte Staaten
Asia / Central Asia
KZ Kazakhstan/Kasachstan; KG Kyrgyzstan/Kirgisistan; TJ Tajikistan/Tadschikistan;
TM Turkmenistan/Turkmenistan; UZ Uzbekistan/Usbekistan
Asia / Eastern Asia
CN China/China; JP Japan/Japan; MN Mongolia/Mongolei; KP North Korea/Nordkorea;
KR South Korea/Südkorea; TW Taiwan/Taiwan
Asia / South-eastern Asia
BN Brunei/Brunei; KH Cambodia/Kambodscha; ID Indonesia/Indonesien; LA Laos/Laos;
MY Malaysia/Malaysia; MM Myanmar/Myanmar; PH Philippines/Philippinen; SG Singapore/Singapur;
TH Thailand/Thailand; TL Timor-Leste/Osttimor; VN Vietnam/Vietnam
Asia / Southern Asia
AF Afghanistan/Afghanistan; BD Bangladesh/Bangladesch; BT Bhutan/Bhutan; IN India/Indien;
IR Iran/Iran; MV Maldives/Malediven; NP Nepal/Nepal; PK Pakistan/Pakistan; LK Sri Lanka/Sri Lanka
Asia / Western Asia
AM Armenia/Armenien; AZ Azerbaijan/Aserbaidschan; BH Bahrain/Bahrain; CY Cyprus/Zypern;
GE Georgia/Georgien; IQ Iraq/Irak; IL Israel/Israel; JO Jordan/Jordanien; KW Kuwait/Kuwait;
LB Lebanon/Libanon; OM Oman/Oman; PS Palestine/Palästina; QA Qatar/Katar;
SA Saudi Arabia/Saudi-Arabien; SY Syria/Syrien; TR Türkiye/Türkei;
AE United Arab Emirates/Vereinigte Arabische Emirate; YE Yemen/Jemen
Europe / Eastern Europe
BY Belarus/Belarus; BG Bulgaria/Bulgarien; CZ Czechia/Tschechien; HU Hungary/Ungarn;
MD Moldova/Moldau; PL Poland/Polen; RO Romania/Rumänien; RU Russia/Russland; SK Slovakia/Slowakei;
UA Ukraine/Ukraine
Europe / Northern Europe
DK Denmark/Dänemark; EE Estonia/Estland; FI Finland/Finnland; IS Iceland/Island; IE Ireland/Irland;
LV Latvia/Lettland; LT Lithuania/Litauen; NO Norway/Norwegen; SE Sweden/Schweden;
GB United Kingdom/Vereinigtes Königreich
Europe / Southern Europe
AL Albania/Albanien; AD Andorra/Andorra; BA Bosnia and Herzegovina/Bosnien und Herzegowina;
HR Croatia/Kroatien; GR Greece/Griechenland; VA Holy See/Vatikanstadt; IT Italy/Italien;
XK Kosovo/Kosovo; MT Malta/Malta; ME Montenegro/Montenegro; MK North Macedonia/Nordmazedonien;
PT Portugal/Portugal; SM San Marino/San Marino; RS Serbia/Serbien; SI Slovenia/Slowenien;
ES Spain/Spanien
Europe / Western Europe
AT Austria/Österreich; BE Belgium/Belgien; FR France/Frankreich; DE Germany/Deutschland;
LI Liechtenstein/Liechtenstein; LU Luxembourg/Luxemburg; MC Monaco/Monaco;
NL Netherlands/Niederlande; CH Switzerland/Schweiz
Oceania / Australia and New Zealand
AU Australia/Australien; NZ New Zealand/Neuseeland
Oceania / Melanesia
FJ Fiji/Fidschi; PG Papua New Guinea/Papua-Neuguinea; SB Solomon Islands/Salomonen;
VU Vanuatu/Vanuatu
Oceania / Micronesia
KI Kiribati/Kiribati; MH Marshall Islands/Marshallinseln; FM Micronesia/Mikronesien; NR Nauru/Nauru;
PW Palau/Palau
Oceania / Polynesia
WS Samoa/Samoa; TO Tonga/Tonga; TV Tuvalu/Tuvalu
"""
ALSO_CALLED = {
    "america": "US",
    "bolivia (plurinational state of)": "BO",
    "brunei darussalam": "BN",
    "burma": "MM",
    "cape verde": "CV",
    "czech republic": "CZ",
    "democratic republic of the congo": "CD",
    "england": "GB",
    "great britain": "GB",
    "großbritannien": "GB",
    "holland": "NL",
    "iran (islamic republic of)": "IR",
    "ivory coast": "CI",
    "korea": "KR",
    "lao people's democratic republic": "LA",
    "macedonia": "MK",
    "moldawien": "MD",
    "republic of congo": "CG",
    "republic of korea": "KR",
    "republic of moldova": "MD",
    "russian federation": "RU",
    "scotland": "GB",
    "state of palestine": "PS",
    "swaziland": "SZ",
    "syrian arab republic": "SY",
    "turkey": "TR",
    "uk": "GB",
    "united kingdom of great britain and northern ireland": "GB",
    "united republic of tanzania": "TZ",
    "united states of america": "US",
    "usa": "US",
    "vatican city": "VA",
    "venezuela (bolivarian republic of)": "VE",
    "viet nam": "VN",
    "weißrussland": "BY",
}
