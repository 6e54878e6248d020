"""The contract's envelope of errors: ``{success: false, code, error, suggestion?}``.

Ours stays inside (detail, errors, request_id), and the statuses are the contract's: what is
wrong in a request is a 400.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, validate
from quart import Response, g, request

from app import strict_json
from app.http.blueprint import ApiBlueprint
from app.http.schemas import ErrorEnvelope

PREFIX = "/api/training/"
STATUSES = {422: 400}
CODES = {
    "invalid": "BAD_REQUEST",
    "bad_request": "BAD_REQUEST",
    "not_found": "NOT_FOUND",
    "too_few_samples": "TOO_FEW_SAMPLES",
    "forbidden": "FORBIDDEN",
    "conflict": "CONFLICT",
    "too_large": "FILE_TOO_LARGE",
    "unauthorised": "INVALID_TOKEN",
    "too_many_requests": "RATE_LIMITED",
    "unavailable": "SERVICE_UNAVAILABLE",
    "busy": "SERVICE_UNAVAILABLE",
    "internal": "INTERNAL_ERROR",
    "method_not_allowed": "METHOD_NOT_ALLOWED",
    "invalid_input_type": "MISSING_BODY",
}
MAX_SUGGESTIONS = 3
KEPT_422 = frozenset(("HASH_MISMATCH",))


class ContractError(ErrorEnvelope):
    """An error of the contract, with ours inside: ``error`` is ``detail``."""

    success = fields.Boolean(required=True, validate=validate.OneOf((False,)))
    error = fields.String(required=True)
    suggestion = fields.String()


def speak_contract(blueprint: ApiBlueprint) -> None:
    """Give every error of the blueprint's routes the contract's envelope."""
    blueprint.error_schema = ContractError()
    blueprint.after_request(_translated)


def speak_contract_elsewhere(blueprint: ApiBlueprint) -> None:
    """Give it also to addresses below the contract's that no route has."""
    blueprint.after_app_request(_translated_elsewhere)


async def _translated_elsewhere(response: Response) -> Response:
    is_ours = request.blueprint is None and request.path.startswith(PREFIX)
    return await _translated(response) if is_ours else response


async def _translated(response: Response) -> Response:
    if response.status_code < 400 or response.mimetype != "application/json":
        return response
    content: dict[str, Any] = strict_json.loads(await response.get_data(as_text=False))
    code = "MISSING_BODY" if _lacks_a_body(content) else CODES.get(content["code"], content["code"])
    if code == "INVALID_TOKEN" and "Authorization" not in request.headers:
        code = "MISSING_AUTHORIZATION"
    if code not in KEPT_422:
        response.status_code = STATUSES.get(response.status_code, response.status_code)
    ours = {**content, "code": code} | _suggestion(content["detail"], content.get("errors", {}))
    response.set_data(strict_json.dump_bytes({"success": False, "error": content["detail"]} | ours))
    return response


def _lacks_a_body(content: Mapping[str, Any]) -> bool:
    """Return whether fields are missing because no body came, or one that is no object."""
    if not content["detail"].startswith("The body is not valid"):
        return False
    return "_schema" in content.get("errors", {}) or not g.get("body", True)


def _suggestion(detail: str, errors: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what would be right for the first fields, where the error does not say it itself."""
    sentences = [f"{field}: {text}" for field, texts in errors.items() for text in texts]
    new = [one for one in sentences if not one.endswith(detail)]
    return {"suggestion": " ".join(new[:MAX_SUGGESTIONS])} if new else {}
