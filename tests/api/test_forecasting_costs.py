"""What errors cost: prices of a session, refused or kept, and the sums over the test block."""

import io
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from app.models.run import Artifact
from tests.factories.datasets import trained
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training/sessions"
pytestmark = ON_ONE_DATABASE


async def test_errors_are_summed_by_side_and_priced_by_the_hour(
    member, resources, tmp_path: Path
) -> None:
    wire_id = make_session(resources, member.actor, tmp_path, 24 * 14)
    run_id = trained(resources, member.actor, wire_id)
    address = f"{BASE}/{wire_id}/error-costs?run_id={run_id}"
    plain = await member.get(address)
    with resources.database.read() as session:
        query = select(Artifact.object_key).where(Artifact.name == "test_forecasts.npz")
        stored = np.load(io.BytesIO(resources.store.get(session.scalars(query).one())))
    errors = (stored["forecast"] - stored["truth"]).astype(np.float64)
    under, over = -np.minimum(errors, 0).mean(), np.maximum(errors, 0).mean()
    load = plain["outputs"]["load"]
    assert (load["under"], load["over"]) == pytest.approx((under, over), rel=1e-5)
    assert (load["per_day"], load["price"], plain["currency"]) == (None, None, None)
    assert plain["windows"] == len(errors)
    assert plain["first"] < plain["last"]
    price = {"too_low": "0,30", "too_high": 0.05, "per_hour": True}
    body = {"currency": " EUR ", "outputs": {"load": price}}
    kept = (await member.post(f"{BASE}/{wire_id}/prices", body))["prices"]
    expected = {"too_low": 0.3, "too_high": 0.05, "per_hour": True}
    assert kept == {"currency": "EUR", "outputs": {"load": expected}}
    shown = await member.get(address)
    load = shown["outputs"]["load"]
    per_hour = 0.3 * under + 0.05 * over  # steps are an hour apart
    assert shown["currency"] == "EUR"
    assert load["per_step"] == pytest.approx(per_hour, rel=1e-5)
    assert (load["per_window"], load["per_day"]) == pytest.approx((24 * per_hour,) * 2, rel=1e-5)
    assert (await member.get(f"{BASE}/{wire_id}"))["session"]["prices"] == kept
    await member.post(f"{BASE}/{wire_id}/prices", {"outputs": {}})
    assert (await member.get(address))["currency"] is None
    await member.get(f"{BASE}/{wire_id}/error-costs", 400)
    await member.get(f"{BASE}/{wire_id}/error-costs?run_id=999", 404)


async def test_a_price_that_is_none_is_named_and_nothing_is_kept(
    member, resources, tmp_path: Path
) -> None:
    wire_id = make_session(resources, member.actor, tmp_path, 24 * 14)
    right = {"too_low": 1, "too_high": 1}
    for outputs, currency, field in [
        ([], "EUR", "outputs"),
        ({"temperature": right}, "EUR", "outputs.temperature"),
        ({"load": 3}, "EUR", "outputs.load"),
        ({"load": {"too_low": 1}}, "EUR", "outputs.load"),
        ({"load": {**right, "more": 1}}, "EUR", "outputs.load"),
        ({"load": {**right, "too_low": -1}}, "EUR", "outputs.load.too_low"),
        ({"load": {**right, "too_high": "much"}}, "EUR", "outputs.load.too_high"),
        ({"load": {**right, "too_high": 1e10}}, "EUR", "outputs.load.too_high"),
        ({"load": {**right, "per_hour": 1}}, "EUR", "outputs.load.per_hour"),
        ({"load": right}, "", "currency"),
        ({"load": right}, "a currency with many letters", "currency"),
        ({"load": right}, 7, "currency"),
    ]:
        body = {"currency": currency, "outputs": outputs}
        answer = await member.post(f"{BASE}/{wire_id}/prices", body, 400)
        assert list(answer["errors"]) == [field], answer
    assert (await member.get(f"{BASE}/{wire_id}"))["session"]["prices"] == {}
