"""The API description speaks of exactly the routes there are; tests/api has it validated."""

import re

import pytest

from app.http.openapi import openapi
from tests.support.databases import ON_ONE_DATABASE
from wsgi import create_web

pytestmark = ON_ONE_DATABASE


@pytest.fixture
def web(resources):
    return create_web(resources)


@pytest.fixture
def document(web):
    return openapi(web, "1.2.3")


def real_routes(web) -> set[tuple[str, str]]:
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in web.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(("/api/", "/health/"))
    }


def test_the_description_has_every_route_and_no_other(web, document):
    described = {
        (method, path)
        for path, item in document["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"}
    }
    assert described == real_routes(web)


def test_every_operation_has_its_own_name_and_a_sentence(document):
    operations = [
        operation
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert not [
        name
        for name, one in zip(names, operations, strict=True)
        if not one["summary"].endswith(".")
    ]


def test_every_operation_says_what_an_error_looks_like(document):
    for item in document["paths"].values():
        for method, operation in item.items():
            if method != "parameters":
                assert "default" in operation["responses"]
