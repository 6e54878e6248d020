"""The first page: what needs a person, what runs, what ran."""

from typing import Any

from app.health import known_workers
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.home.schemas import HomeQuery, HomeView
from services.attention.home import HomeSummary, show_home

home = ApiBlueprint("home", __name__, url_prefix="/api/home")


@home.get("")
@query(HomeQuery())
@returns(HomeView())
def get_home(query: dict[str, Any]) -> HomeSummary:
    """Show what needs you, what runs now and what ran lately."""
    parts = resources()
    return show_home(parts.database, current_actor(), known_workers(parts), **query)
