"""Search over everything: what a person may see, the closest match first."""

from tests.factories.callers import Caller
from tests.factories.resources import join_study, make_dataset, make_study
from tests.factories.runs import make_run
from tests.factories.session_rows import make_session_row


async def test_rows_of_every_kind_are_matched_by_a_few_letters(member: Caller) -> None:
    run = make_run(member.database, member.id, name="a table of runs")
    dataset = make_dataset(member.database, member.id)
    items = (await member.get("/api/search?q=a%20table"))["items"]
    assert [(one["kind"], one["id"]) for one in items][:2] == [
        ("dataset", dataset),
        ("run", run.id),
    ]
    assert items[1]["status"] == "completed"
    assert items[0]["status"] is None


async def test_a_session_without_a_name_is_found_by_what_its_client_calls_it(
    member: Caller,
) -> None:
    make_session_row(member.resources, member.id, wire_id="session_1_pump")
    make_session_row(member.resources, member.id, name="Pump station")
    items = (await member.get("/api/search?q=session%20pump"))["items"]
    assert [one["name"] for one in items] == ["Pump station", "session_1_pump"]


async def test_a_word_for_a_kind_narrows_the_search(member: Caller) -> None:
    make_run(member.database, member.id, name="a sweep by hand")
    dataset = make_dataset(member.database, member.id)
    study = make_study(member.database, member.id, "private", dataset)
    items = (await member.get("/api/search?q=sweep"))["items"]
    assert [(one["kind"], one["id"]) for one in items] == [("study", study)]


async def test_letters_in_their_order_are_enough(member: Caller) -> None:
    run = make_run(member.database, member.id, name="Chest X-rays, north")
    items = (await member.get("/api/search?q=chxrn"))["items"]
    assert [one["id"] for one in items] == [run.id]
    assert (await member.get("/api/search?q=nrxhc"))["items"] == []


async def test_what_others_keep_private_is_not_found(member: Caller, colleague: Caller) -> None:
    make_run(colleague.database, colleague.id, name="secret run of another")
    assert (await member.get("/api/search?q=secret"))["items"] == []


async def test_wildcards_are_letters(member: Caller) -> None:
    make_run(member.database, member.id, name="plain")
    assert (await member.get("/api/search?q=%25"))["items"] == []


async def test_a_limit_beyond_the_largest_is_refused(member: Caller) -> None:
    answer = await member.get("/api/search?limit=51", 422)
    assert "limit" in answer["errors"]


async def test_a_study_stands_for_its_runs_and_one_run_for_itself(member: Caller) -> None:
    dataset = make_dataset(member.database, member.id)
    study = make_study(member.database, member.id, "private", dataset, name="Worth it?")
    runs = [
        make_run(member.database, member.id, name=f"Worth it? · {arm} · seed {seed}")
        for seed in (1, 2)
        for arm in ("central", "federated")
    ]
    for run in runs:
        join_study(member.database, study, run.id)

    async def found(q: str) -> list[tuple[str, int]]:
        answer = await member.get(f"/api/search?q={q}")
        return [(one["kind"], one["id"]) for one in answer["items"]]

    assert await found("worth") == [("study", study)]
    assert await found("seed%202") == [("study", study)]
    assert await found("federated%20seed%202") == [("run", runs[3].id)]
    assert sorted(await found("run%20worth")) == [("run", run.id) for run in runs]
