"""Finding rows of every kind by a few letters, for the palette."""

from typing import Any

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.lookup.schemas import LookupQuery, MatchList
from services.lookup.find import Lookup, look_up

search = ApiBlueprint("search", __name__, url_prefix="/api/search")


@search.get("")
@query(LookupQuery())
@returns(MatchList())
def find(query: Lookup) -> dict[str, Any]:
    """Find runs, studies, federations, datasets and models by name or number."""
    return {"items": look_up(resources().database, current_actor(), query)}
