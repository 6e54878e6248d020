"""Federations and their sites."""

from typing import Any
from urllib.parse import urlsplit

from app.db.pages import Page
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from app.http.schemas import PageQuery
from blueprints.federations.schemas import (
    EnrolmentView,
    FederationChanges,
    FederationList,
    FederationView,
    JoinBody,
    JoinedView,
    NewFederation,
    NewSite,
    SiteChanges,
    SiteView,
)
from services.federations import enrol, states
from services.federations import list as find
from services.federations import update as change
from services.federations.limits import FederationLimits

federations = ApiBlueprint("federations", __name__, url_prefix="/api/federations")

NONE = "There is no such federation, or it is not shared with you."
BUSY = "A run that is not over needs it, the port is taken, or as many run as may."


@federations.get("")
@query(PageQuery())
@returns(FederationList())
def list_federations(query: dict[str, int]) -> Page[states.FederationView]:
    """List federations, the newest first, each with its sites."""
    return find.list_federations(resources().database, current_actor(), **query)


@federations.post("")
@creates
@body(NewFederation())
@returns(FederationView(), 201)
@fails({409: BUSY, 422: "What is wrong, by field."})
def create_federation(body: dict[str, Any]) -> states.FederationView:
    """Make a federation with a certificate authority of its own; its server starts at once."""
    settings = resources().settings
    own = urlsplit(settings.public_url).hostname or "127.0.0.1"
    values = {"host": own, **body, "limits": FederationLimits.of(settings)}
    return change.create_federation(resources().database, current_actor(), settings.home, **values)


@federations.get("/<federation_id>")
@returns(FederationView())
@fails({404: NONE})
def show_federation(federation_id: str) -> states.FederationView:
    """Return one federation with its sites."""
    return find.show_federation(resources().database, current_actor(), federation_id)


@federations.patch("/<federation_id>")
@body(FederationChanges())
@returns(FederationView())
@fails({403: "Shared with you to use.", 404: NONE, 409: BUSY})
def change_federation(federation_id: str, body: dict[str, Any]) -> states.FederationView:
    """Rename or share a federation, or move its server."""
    database, limits = resources().database, FederationLimits.of(resources().settings)
    return change.change_federation(database, current_actor(), federation_id, body, limits)


@federations.delete("/<federation_id>")
@returns(None)
@fails({403: "Shared with you to use.", 404: NONE, 409: BUSY})
def delete_federation(federation_id: str) -> None:
    """Stop a federation for good and remove its keys; its runs stay as they are."""
    home = resources().settings.home
    change.delete_federation(resources().database, current_actor(), home, federation_id)


@federations.post("/<federation_id>/start")
@creates
@returns(FederationView())
@fails({403: "Shared with you to use.", 404: NONE, 409: "As many run as may."})
def start_federation(federation_id: str) -> states.FederationView:
    """Have the federation's server running."""
    database, limits = resources().database, FederationLimits.of(resources().settings)
    return change.switch_federation(database, current_actor(), federation_id, "running", limits)


@federations.post("/<federation_id>/stop")
@creates
@returns(FederationView())
@fails({403: "Shared with you to use.", 404: NONE, 409: BUSY})
def stop_federation(federation_id: str) -> states.FederationView:
    """Stop the federation's server; its sites wait for it."""
    return change.switch_federation(resources().database, current_actor(), federation_id, "stopped")


# No Idempotency-Key here: the remembered answer would be a usable token in the database.
@federations.post("/<federation_id>/sites")
@body(NewSite())
@returns(EnrolmentView(), 201)
@fails({403: "Shared with you to use.", 404: NONE, 409: "The name or the key is in use."})
def enrol_site(federation_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Let a site in by its public key, or invite it by a token that is shown this once."""
    made = enrol.enrol_site(resources().database, current_actor(), federation_id, **body)
    return {"site": made.site, "token": made.token, "join_url": resources().settings.public_url}


@federations.patch("/<federation_id>/sites/<site_id>")
@body(SiteChanges())
@returns(SiteView())
@fails({403: "Shared with you to use.", 404: "No such site.", 409: "Its key was revoked."})
def change_site(federation_id: str, site_id: str, body: dict[str, Any]) -> states.SiteView:
    """Say for how long a site's key is good."""
    days = body["expires_in_days"]
    return enrol.change_expiry(resources().database, current_actor(), federation_id, site_id, days)


@federations.post("/<federation_id>/sites/<site_id>/revoke")
@creates
@returns(SiteView())
@fails({403: "Shared with you to use.", 404: "No such site."})
def revoke_site(federation_id: str, site_id: str) -> states.SiteView:
    """Put a site out for good: its key is refused from now on."""
    return enrol.revoke_site(resources().database, current_actor(), federation_id, site_id)


@federations.post("/join")
@body(JoinBody())
@returns(JoinedView())
@fails({401: "The token was used, has expired or never was one.", 409: "The key is known."})
def join_federation(body: dict[str, str]) -> enrol.Joined:
    """Enrol a site that has a one-time token; called by the site itself."""
    return enrol.join_federation(resources().database, **body)
