"""The queue of a person: added to, listed, started, paused; entries cancelled and retried."""

from typing import Any

from quart import Response

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.http.blueprint import ApiBlueprint, last_step
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.benchmarks import schemas_queue as say
from blueprints.benchmarks.knocking import SHUT, knocked
from services.benchmarks.knocks.checks import model_of_entry
from services.benchmarks.queue.add import add_entry
from services.benchmarks.queue.cancel import cancel_entry, delete_entry, switch_queue
from services.benchmarks.queue.read import list_entries, read_entry, read_stats
from services.benchmarks.queue.retry import retry_entry
from services.benchmarks.queue.types import EntryView, NewEntry, QueueStats

queue = ApiBlueprint("benchmark_queue", __name__, url_prefix="/api/benchmarks/queue")
MISSING = {404: "There is no such entry, or it is not shared with you."}


@queue.get("/list", endpoint="list_entries_by_the_contracts_name")
@queue.get("")
@query(say.QueueListQuery())
@returns(say.QueuePage())
def list_queue_entries(query: dict[str, Any]) -> Page[EntryView]:
    """List your own entries in their order."""
    return list_entries(resources().database, current_actor(), **query)


@queue.post("/add", endpoint="add_entry_by_the_contracts_name")
@queue.post("")
@creates
@body(say.QueueEntryBody())
@returns(say.QueueEntryView(), 201)
@fails({403: "A viewer reads.", 422: f"What of the config could not run, by field. {SHUT}"})
async def add_queue_entry(body: NewEntry) -> Response:
    """Put something at the end of your queue; what could not run is refused now.

    A worker knocks at the model's server first, as before a start.
    """
    database, actor = resources().database, current_actor()
    await knocked(actor, lambda session: model_of_entry(session, actor, body))
    return await last_step(_added, database, actor, body)


def _added(database: Database, actor: Actor, body: NewEntry) -> EntryView:
    return read_entry(database, actor, str(add_entry(database, actor, body)))


@queue.get("/stats")
@returns(say.QueueStatsView())
def show_queue_stats() -> QueueStats:
    """Say whether entries of your queue begin, and how many there are."""
    return read_stats(resources().database, current_actor())


@queue.post("/start")
@creates
@returns(say.QueueStatsView())
def start_queue() -> QueueStats:
    """Let entries begin."""
    return _switched(is_started=True)


@queue.post("/stop")
@creates
@returns(say.QueueStatsView())
def stop_queue() -> QueueStats:
    """Let no further entry begin; what runs goes on to its end."""
    return _switched(is_started=False)


@queue.post("/pause")
@creates
@returns(say.QueueStatsView())
def pause_queue() -> QueueStats:
    """Let no further entry begin for a while; what runs goes on to its end."""
    return _switched(is_paused=True)


@queue.post("/resume")
@creates
@returns(say.QueueStatsView())
def resume_queue() -> QueueStats:
    """End the pause."""
    return _switched(is_paused=False)


@queue.get("/<entry_id>")
@returns(say.QueueEntryView())
@fails(MISSING)
def show_queue_entry(entry_id: str) -> EntryView:
    """Show an entry, and how far what it became is."""
    return read_entry(resources().database, current_actor(), entry_id)


@queue.delete("/<entry_id>")
@returns(None)
@fails(MISSING | {409: "It is running: cancel it first."})
def delete_queue_entry(entry_id: str) -> None:
    """Delete an entry; what it became stays."""
    delete_entry(resources().database, current_actor(), entry_id)


@queue.post("/<entry_id>/cancel")
@creates
@returns(say.QueueEntryView())
@fails(MISSING | {409: "It is over."})
def cancel_queue_entry(entry_id: str) -> EntryView:
    """Cancel an entry; of a running one what it became is stopped."""
    cancel_entry(resources().jobs, current_actor(), entry_id)
    return read_entry(resources().database, current_actor(), entry_id)


@queue.post("/<entry_id>/retry")
@creates
@body(say.RetryBody())
@returns(say.QueueEntryView())
@fails(MISSING | {409: "It did not end badly, or what it depends on has to be retried first."})
def retry_queue_entry(entry_id: str, body: dict[str, bool]) -> EntryView:
    """Put an entry at the end again; it goes on at the very item where it ended."""
    retry_entry(resources().database, current_actor(), entry_id, **body)
    return read_entry(resources().database, current_actor(), entry_id)


def _switched(**switches: bool) -> QueueStats:
    database, actor = resources().database, current_actor()
    switch_queue(database, actor, **switches)
    return read_stats(database, actor)
