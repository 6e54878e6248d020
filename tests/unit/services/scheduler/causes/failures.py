"""The cases of tests/cases/scheduler/failures.json, and what was raised in each."""

import json
from importlib import import_module
from pathlib import Path

from services.scheduler.causes.cause import Failure
from services.scheduler.codes import errors
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.exceptions import code_of_class, lineage_of
from services.scheduler.codes.raised import Raised, WorkerEnd

FILE = Path(__file__).parents[4] / "cases" / "scheduler" / "failures.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]
OURS = "services.errors."  # the file's name for the module of our own exceptions
HEAVY = ("torch.",)  # known by their names: nothing is imported for them


def raised_in(case):
    """Return what was raised in a case."""
    given = case["raised"]
    match given:
        case {"oauth_error": error}:
            return Raised.from_oauth(error)
        case {"bing_error_code": number}:
            return Raised.from_bing(number)
        case {"http_status": status}:
            wait = given.get("retry_after")
            seconds = None if wait is None else float(wait)
            return Raised.from_http(status, reason=given.get("reason"), retry_after_s=seconds)
        case {"worker": end}:
            return Raised.from_worker(WorkerEnd(end), signal=given.get("signal"))
        case {"exception": name}:
            return Raised(type=name, code=code_of_name(name, given.get("errno")))


def code_of_name(name, number) -> ErrorCode:
    if name.startswith(HEAVY):
        return code_of_class((name, "builtins.RuntimeError"), number)
    if name.startswith(OURS):
        return getattr(errors, name.removeprefix(OURS)).code
    module, _, kind = name.rpartition(".")
    return code_of_class(lineage_of(getattr(import_module(module), kind)), number)


def failure_of(case):
    """Return the failure of a case."""
    return Failure(kind=case["kind"], raised=raised_in(case), text=case["text"], site=case["site"])
