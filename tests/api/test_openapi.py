"""The description of the API, for machines and for people."""

import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.factories.callers import Caller


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
