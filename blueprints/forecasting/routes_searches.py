"""Searches over the settings of a family: started, followed, stopped, resumed, their best kept."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.forecasting import schemas_searches as say
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.forecasting.models.search_space import SPACES
from services.forecasting.searches.keep import keep_best
from services.forecasting.searches.read import list_searches
from services.forecasting.searches.resume import resume_search
from services.forecasting.searches.start import (
    MAX_TRIALS,
    SearchRequest,
    StartedSearch,
    start_search,
)
from services.forecasting.searches.stop import stop_search
from services.forecasting.training.quota import limits_of

searches = ApiBlueprint("forecasting_searches", __name__, url_prefix="/api/training")
MISSING = {404: "There is no such session or search, or it is not shared with you."}
LIMITED = {403: "The session is shared to read, or you may train no more: the code says which."}


@searches.get("/search-spaces")
@returns(say.SearchSpacesAnswer())
def show_spaces() -> dict[str, Any]:
    """Return the ranges that a search of each family offers."""
    spaces = {mode: [one.as_dict() for one in space] for mode, space in SPACES.items()}
    return {"spaces": spaces, "max_trials": MAX_TRIALS}


@searches.get("/sessions/<session_id>/searches")
@returns(say.SearchListAnswer())
@fails(MISSING)
def list_all_searches(session_id: str) -> dict[str, Any]:
    """Return the searches of a session with their trials."""
    return {"searches": list_searches(resources().database, current_actor(), session_id)}


@searches.post("/sessions/<session_id>/searches")
@creates
@body(say.SearchBody())
@returns(say.SearchStarted(), 201)
@fails(
    MISSING
    | LIMITED
    | {400: "Which setting, range or number is wrong.", 409: "A job of the session is not over."}
)
def start_one_search(session_id: str, body: dict[str, Any]) -> StartedSearch:
    """Try settings of a family, each as a run of its own; the answer comes at once."""
    parts = resources()
    request = SearchRequest(
        settings=body["model_parameters"],
        space=body["space"],
        trials=body["trials"],
        seed=body["seed"],
        split=_object(body, "training_split"),
    )
    limits = limits_of(parts.settings)
    return start_search(parts.database, current_actor(), session_id, request, limits)


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body[name] if body[name] is not None else {}
    if not isinstance(value, dict):
        raise FieldRefused(name, f"{name} is {shown(value)}, but it must be an object.")
    return value


@searches.post("/sessions/<session_id>/searches/stop")
@creates
@body(say.WhichSearchBody())
@returns(say.SearchChanged())
@fails(MISSING | {409: "All of its trials are over."})
def stop_one_search(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Stop every trial that is not over; the best so far stays."""
    return {"trials": stop_search(resources().jobs, current_actor(), session_id, **body)}


@searches.post("/sessions/<session_id>/searches/resume")
@creates
@body(say.WhichSearchBody())
@returns(say.SearchChanged())
@fails(MISSING | LIMITED | {409: "No trial of it was stopped, or its best is kept already."})
def resume_one_search(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Go on with the trials that were stopped."""
    parts = resources()
    limits = limits_of(parts.settings)
    trials = resume_search(parts.database, current_actor(), session_id, **body, limits=limits)
    return {"trials": trials}


@searches.post("/sessions/<session_id>/searches/keep")
@creates
@body(say.WhichSearchBody())
@returns(say.SearchKept())
@fails(MISSING | LIMITED | {409: "The search goes on, has no model, or its best is kept."})
def keep_the_best(session_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make the best trial by validation error a model of the session, and measure it."""
    parts = resources()
    limits = limits_of(parts.settings)
    return {"run_id": keep_best(parts.database, current_actor(), session_id, **body, limits=limits)}
