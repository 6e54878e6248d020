"""Starting a run from weights of one's own, and reading why a file is none."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Stay, Visit
from tests.factories.tensors import weights_file

pytestmark = pytest.mark.browser


def _upload(page: Page, content: bytes) -> None:
    page.get_by_label("Weights to upload").set_input_files(
        {
            "name": "chest.safetensors",
            "mimeType": "application/octet-stream",
            "buffer": content,
        }
    )


def test_a_run_starts_from_weights_that_were_uploaded_in_its_form(stay: Stay) -> None:
    visitor = stay("member")
    page = visitor.walk("/new")
    _upload(page, weights_file())
    chosen = page.locator("#f-pretrained option:checked")
    expect(chosen).to_have_text("chest")
    expect(page.get_by_text("9 parameters in 2 tensors")).to_be_visible()
    page.get_by_test_id("start-run").click()
    expect(page).to_have_url(re.compile(r"/runs/\d+$"))
    run_id = page.url.rpartition("/")[2]
    visitor.walk(f"/new?from={run_id}")
    expect(chosen).to_have_text("chest")
    visitor.stop_runs(run_id)


def test_a_pickle_is_refused_at_the_field_and_told_how_to_save(stay: Stay) -> None:
    visitor = stay("member")
    visitor.expect_trouble("status of 422")
    page = visitor.walk("/new")
    _upload(page, b"\x80\x04 a pickle")
    expect(page.get_by_test_id("weights-error")).to_contain_text("safetensors.torch.save_file")
    expect(page.locator("#f-pretrained")).to_have_value("")


def test_a_late_answer_does_not_hide_weights_that_were_uploaded_meanwhile(visit: Visit) -> None:
    visitor = visit()
    page, held = visitor.page, list[tuple[Route, APIResponse]]()

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))  # as it was before the upload

    page.route("**/api/weights?*", hold_the_first)
    visitor.open("/new")
    _upload(page, weights_file())
    chosen = page.locator("#f-pretrained option:checked")
    expect(chosen).to_have_text("chest")
    ((route, answer),) = held
    with page.expect_response("**/api/weights?*"):
        route.fulfill(response=answer)
    page.wait_for_timeout(300)  # the page has had time to take the late answer
    expect(chosen).to_have_text("chest")
    expect(page.get_by_text("9 parameters in 2 tensors")).to_be_visible()
