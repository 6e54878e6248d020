"""The families and their settings in German, as the pages show them."""

import json

from app.supervisor.child import ROOT
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.families import FAMILIES

GERMAN = json.loads((ROOT / "static/src/texts/server.de.json").read_text())


def test_every_family_and_setting_is_there_in_german_and_nothing_else_is() -> None:
    names = {
        family: family.mode.lower().replace(" ", "_") for family in (*FAMILIES, EnsembleSettings)
    }
    codes = {f"family.{name}{part}" for name in names.values() for part in ("", ".about")}
    fields = {one.name for family in FAMILIES for one in family.fields()}
    codes |= {f"forecaster.{name}{part}" for name in fields for part in ("", ".help")}
    own = {f"forecaster.{n}.{one.name}.help" for f, n in names.items() for one in f.fields()}
    kept = {code for code in GERMAN if code.partition(".")[0] in ("family", "forecaster")}
    assert codes <= kept <= codes | own
    assert all(GERMAN[code].strip() for code in kept)
