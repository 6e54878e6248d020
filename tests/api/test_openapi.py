"""The description of the API, for machines and for people."""

from html.parser import HTMLParser

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


class Page(HTMLParser):
    """What a page refers to and carries."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


async def test_the_page_needs_no_script_and_nothing_from_another_host(stranger: Caller) -> None:
    response = await stranger.call("GET", "/api/docs")
    page = Page(await response.get_data(as_text=True))
    assert response.status_code == 200
    assert not {"script", "style"} & page.tags
    assert not [name for name, _ in page.attributes if name == "style" or name.startswith("on")]
    assert not [link for link in page.values("href") if "//" in link]


async def test_every_link_inside_the_page_leads_somewhere(stranger: Caller) -> None:
    response = await stranger.call("GET", "/api/docs")
    page = Page(await response.get_data(as_text=True))
    inside = {link[1:] for link in page.values("href") if link.startswith("#")}
    assert inside <= set(page.values("id"))
    assert "get_list_runs" in inside


async def test_the_style_sheet_is_served_here(stranger: Caller) -> None:
    response = await stranger.call("GET", "/api/docs/reference.css")
    assert response.status_code == 200
    assert response.content_type.startswith("text/css")
    assert (await stranger.call("GET", "/api/docs/routes_docs.py")).status_code == 404
