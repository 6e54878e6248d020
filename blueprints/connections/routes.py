"""Connections: signed in, listed, given a property, refreshed, disconnected."""

from typing import Any

from quart import Response

from app.http.blueprint import ApiBlueprint
from app.http.endpoint import body, creates, fails, query, raw, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.connections.schemas import (
    CallbackBody,
    ConnectBody,
    ConnectionList,
    ConnectionPatch,
    ConnectionSeriesView,
    ConnectionView,
    SeriesQuery,
    SignInView,
)
from blueprints.connections.wording import connection_view
from services.connections.create import begin_sign_in, finish_sign_in
from services.connections.delete import disconnect
from services.connections.list import list_connections, list_platforms
from services.connections.read import ConnectionSeries, csv_of, get_connection, get_series
from services.connections.start import start_check, start_refresh
from services.connections.types import Here, SignInStart
from services.connections.update import choose_site

connections = ApiBlueprint("connections", __name__, url_prefix="/api/connections")
MISSING = {404: "There is no such connection."}
UNUSABLE = {**MISSING, 409: "It needs a sign-in, or a property, first."}


def _here() -> Here:
    return Here.of(resources().database, resources().settings)


def _shown(connection_id: str | int) -> dict[str, Any]:
    return connection_view(
        get_connection(resources().database, current_actor(), str(connection_id))
    )


@connections.get("")
@returns(ConnectionList())
def list_service_connections() -> dict[str, Any]:
    """Return the caller's connections, and which platforms can be connected."""
    own = list_connections(resources().database, current_actor())
    return {
        "items": [connection_view(one) for one in own],
        "platforms": list_platforms(resources().settings),
    }


# No Idempotency-Key here: the remembered answer would be a usable state in the database.
@connections.post("")
@body(ConnectBody())
@returns(SignInView(), 201)
@fails({404: "No such connection.", 409: "The platform's settings are missing."})
def begin_connection(body: dict[str, Any]) -> SignInStart:
    """Return the address at which the caller lets this installation read; it is good once."""
    number = body["connection_id"]
    known = None if number is None else str(number)
    return begin_sign_in(_here(), current_actor(), body["platform"], known)


@connections.post("/callback")
@body(CallbackBody())
@returns(ConnectionView())
@fails({400: "The sign-in is not the caller's, is over, or was refused.", 409: "Try again."})
def finish_connection(body: dict[str, Any]) -> dict[str, Any]:
    """Take the code that the platform led the caller back with, and connect the account."""
    return _shown(finish_sign_in(_here(), current_actor(), **body).id)


@connections.get("/<connection_id>")
@returns(ConnectionView())
@fails(MISSING)
def show_connection(connection_id: str) -> dict[str, Any]:
    """Return a connection."""
    return _shown(connection_id)


@connections.patch("/<connection_id>")
@body(ConnectionPatch())
@returns(ConnectionView())
@fails(MISSING)
def edit_connection(connection_id: str, body: dict[str, str]) -> dict[str, Any]:
    """Choose the property that is read; the days of another one stay with that one."""
    choose_site(resources().database, current_actor(), connection_id, body["site"])
    return _shown(connection_id)


@connections.delete("/<connection_id>")
@returns(None)
@fails(MISSING)
def drop_connection(connection_id: str) -> None:
    """Disconnect: the tokens are erased, the days stay readable."""
    disconnect(resources().jobs, current_actor(), connection_id)


@connections.post("/<connection_id>/check")
@creates
@returns(ConnectionView(), 202)
@fails(UNUSABLE)
def check_service_connection(connection_id: str) -> dict[str, Any]:
    """Let a worker look whether the sign-in still holds and which properties there are."""
    start_check(resources().database, current_actor(), connection_id)
    return _shown(connection_id)


@connections.post("/<connection_id>/refresh")
@creates
@returns(ConnectionView(), 202)
@fails(UNUSABLE)
def refresh_service_connection(connection_id: str) -> dict[str, Any]:
    """Let a worker bring the days of the property up to date."""
    start_refresh(resources().database, current_actor(), connection_id)
    return _shown(connection_id)


@connections.get("/<connection_id>/series")
@query(SeriesQuery())
@returns(ConnectionSeriesView())
@fails(MISSING)
def show_connection_series(connection_id: str, query: dict[str, bool]) -> ConnectionSeries:
    """Return the days of the property, in order and without gaps."""
    return get_series(resources().database, current_actor(), connection_id, **query)


@connections.get("/<connection_id>/series.csv")
@query(SeriesQuery())
@raw("text/csv")
@fails(MISSING)
def download_connection_series(connection_id: str, query: dict[str, bool]) -> Response:
    """Download the days as the CSV that a forecasting session takes as it is."""
    series = get_series(resources().database, current_actor(), connection_id, **query)
    name = f'attachment; filename="connection-{connection_id}.csv"'
    return Response(csv_of(series), mimetype="text/csv", headers={"Content-Disposition": name})
