"""The contract's envelope of errors: ``{success: false, code, error, suggestion?}``.

Ours stays inside (detail, errors, request_id), and the statuses are the contract's: what is
wrong in a request is a 400.
"""

from typing import Any

from quart import Blueprint, Response

from app import strict_json

STATUSES = {422: 400}
CODES = {
    "invalid": "BAD_REQUEST",
    "bad_request": "BAD_REQUEST",
    "not_found": "NOT_FOUND",
    "forbidden": "FORBIDDEN",
    "conflict": "CONFLICT",
    "too_large": "FILE_TOO_LARGE",
    "unauthorised": "INVALID_TOKEN",
    "too_many_requests": "RATE_LIMITED",
    "unavailable": "SERVICE_UNAVAILABLE",
    "internal": "INTERNAL_ERROR",
    "invalid_input_type": "MISSING_BODY",
}
KEPT_422 = frozenset(("HASH_MISMATCH",))


def speak_contract(blueprint: Blueprint) -> None:
    """Give every error of the blueprint's routes the contract's envelope."""
    blueprint.after_request(_translated)


async def _translated(response: Response) -> Response:
    if response.status_code < 400 or response.mimetype != "application/json":
        return response
    content: dict[str, Any] = strict_json.loads(await response.get_data(as_text=False))
    code = CODES.get(content["code"], content["code"])
    if code not in KEPT_422:
        response.status_code = STATUSES.get(response.status_code, response.status_code)
    response.set_data(
        strict_json.dump_bytes(
            {"success": False, "error": content["detail"], **content, "code": code}
        )
    )
    return response
