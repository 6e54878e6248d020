"""People who stay in the browser from test to test."""

from collections.abc import Collection
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from harness.platform import Platform
from tests.browser.profiles import Profiles, key_of
from tests.browser.visitor import Visitor


class Residents:
    """People who stay from test to test, each with a page that is loaded once.

    For what only looks: they keep their settings, and see what the whole team may see.
    """

    def __init__(self, profiles: Profiles, platform: Platform) -> None:
        self._profiles = profiles
        self._platform = platform
        self._at_home: dict[str, Visitor] = {}

    def call(self, role: str, **profile: Any) -> Visitor:
        """Return the resident of a role and a profile, who moves in when needed."""
        key = f"{role} {key_of(profile)}"
        if key not in self._at_home:
            resident = Visitor(self._profiles, stays=True, **profile)
            self._at_home[key] = resident.let_in(self._platform.add_person(role))
            resident.open("/nowhere")
        return self._at_home[key]

    def let_rest(self, called: Collection[Visitor]) -> None:
        """Let residents rest until the next test; one whose page cannot go on moves out."""
        for resident in called:
            try:
                resident.rest()
            except (AssertionError, PlaywrightError):
                self._at_home = {k: v for k, v in self._at_home.items() if v is not resident}
                resident.context.close()
