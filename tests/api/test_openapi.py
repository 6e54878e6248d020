"""The description of the API, for machines and for people."""

import re

from jsonschema import validate
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE


async def test_the_description_is_valid_openapi(stranger: Caller) -> None:
    spec = await stranger.get("/api/openapi.json")
    OpenAPIV31SpecValidator(spec).validate()
    assert spec["openapi"].startswith("3.1")


async def test_every_json_answer_has_a_schema(stranger: Caller) -> None:
    spec = await stranger.get("/api/openapi.json")
    without = [
        f"{method} {path} {code}"
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for code, answer in operation["responses"].items()
        if code != "204" and "content" not in answer
    ]
    assert without == []


async def test_operations_have_names_of_their_own(stranger: Caller) -> None:
    spec = await stranger.get("/api/openapi.json")
    names = [
        operation["operationId"]
        for item in spec["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names))


async def test_the_page_of_the_reference_loads_nothing_from_another_host(stranger: Caller) -> None:
    response = await stranger.call("GET", "/api/docs")
    text = await response.get_data(as_text=True)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert not re.search(r"<style|<script>|\son\w+=", text)


async def test_errors_of_forecasting_are_described_in_the_envelope_of_their_contract(
    stranger: Caller,
) -> None:
    spec = await stranger.get("/api/openapi.json")
    errors = {
        (path.startswith("/api/training/"), answer["content"]["application/json"]["schema"]["$ref"])
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
        for code, answer in operation["responses"].items()
        if code == "default"
    }
    ref = "#/components/schemas/"
    assert errors == {(False, f"{ref}ErrorEnvelope"), (True, f"{ref}ContractError")}
    described = spec["components"]["schemas"]["ContractError"]
    assert {"success", "code", "error", "detail", "request_id"} <= set(described["required"])


async def test_an_error_of_forecasting_says_what_would_be_right(member: Caller) -> None:
    spec = await member.get("/api/openapi.json")
    schema = spec["components"]["schemas"]["ContractError"]
    url = "/api/training/list-sessions?limit=0"
    answer = await member.get(url, 400)
    validate(answer, schema)
    assert (answer["success"], answer["code"]) == (False, "BAD_REQUEST")
    assert answer["suggestion"].startswith("limit: ")
    missing = await member.get("/api/training/sessions/session_1_none", 404)
    validate(missing, schema)
    assert (missing["error"], "suggestion" in missing) == (missing["detail"], False)
