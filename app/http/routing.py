"""Rules that match addresses; what would build one is compiled when it is called."""

from collections.abc import Callable
from typing import Any

from quart.routing import QuartRule


class MatchingRule(QuartRule):
    """A rule whose builder waits: nothing here builds addresses out of endpoints.

    Werkzeug compiles two functions for each rule, which is more than all else that a rule takes.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's signature
        compiled = super()._compile_builder

        def build(rule: "MatchingRule", **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build
