"""Visits of web sites and what was analysed."""

from typing import Any

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.models.site_analysis import StoredAnalysis
from blueprints.sites.schemas import SiteList, SiteQuery, SiteVisitDetail
from services.sites.read import SiteVisit, list_sites, read_visit

sites = ApiBlueprint("sites", __name__, url_prefix="/api/site-analyses")


@sites.get("")
@query(SiteQuery())
@returns(SiteList())
def list_site_analyses(query: dict[str, Any]) -> Page[StoredAnalysis]:
    """List the newest visit of each page, the newest first."""
    return list_sites(resources().database, current_actor(), **query)


@sites.get("/<analysis_id>")
@returns(SiteVisitDetail())
@fails({404: "There is no such analysis, or it is not yours."})
def read_site_analysis(analysis_id: str) -> SiteVisit:
    """Return one visit with the analysis that held after it, and the visits of its page."""
    return read_visit(resources().database, current_actor(), analysis_id)
