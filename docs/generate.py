"""``python -m docs.generate``: writes the parts of the documentation that the code knows best.

They stand between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; a test fails when one of
them is not what this module would write.
"""

import dataclasses
import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.auth.policy import Rule
from app.cli.doctor import settings_markdown
from app.events import A_MINUTE, Event, catalogue
from blueprints import ACCESS, SOCKET_ACCESS
from docs.typescript import events_typescript
from services.domains import DOMAINS
from services.forecasting.models.families import FAMILIES, ModelSettings
from services.runs.training.config.config import GROUPS, TrainingConfig
from services.runs.training.config.field_spec import FieldSpec, jsonable

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Write every generated part; return 0."""
    for path, parts in PARTS.items():
        target = ROOT / path
        target.write_text(filled(target.read_text(encoding="utf-8"), parts), encoding="utf-8")
    for path, content in FILES.items():
        (ROOT / path).write_text(content(), encoding="utf-8")
    return 0


def filled(text: str, parts: Sequence[str]) -> str:
    """Return ``text`` with each of its generated parts written again."""
    for name in parts:
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        content = f"{begin}\n\n{GENERATORS[name]()}\n\n{end}"
        text, count = pattern.subn(lambda _, content=content: content, text)
        if count != 1:
            raise ValueError(f"{begin} … {end} stands {count} times in the text")
    return text


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell or " " for cell in row) + " |" for row in lines)


def settings() -> str:
    """Return every environment variable."""
    return settings_markdown()


def events() -> str:
    """Return every kind of event with its fields."""
    return "\n\n".join(_event(kind) for kind in _kinds())


def _kinds() -> list[type[Event]]:
    declared = {module.__name__ for domain in DOMAINS for module in domain.events}
    return [kind for kind in catalogue().values() if kind.__module__ in declared]


def _event(kind: type[Event]) -> str:
    nature = "progress" if kind.is_progress else "fact"
    if getattr(kind, "kept_for", None) == A_MINUTE:
        nature += ", a minute"
    rows = [
        (f"`{field.name}`", f"`{_type(field.type)}`".replace("|", "\\|"), _default(field))
        for field in dataclasses.fields(kind)
    ]
    text = inspect.cleandoc(kind.__doc__ or "").replace("``", "`")
    return f"### `{kind.type}` ({nature})\n\n{text}\n\n{table(('field', 'type', 'default'), rows)}"


def _type(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _default(field: "dataclasses.Field[object]") -> str:
    return "" if field.default is dataclasses.MISSING else f"`{field.default!r}`"


def permissions() -> str:
    """Return who may call what."""
    rows = [(f"`{route}`", _who(rule), rule.scope.value) for route, rule in ACCESS.routes.items()]
    rows += [
        (f"socket `{n}`", rule.who.value, rule.scope.value) for n, rule in SOCKET_ACCESS.items()
    ]
    return table(("call", "who may", "a token needs"), rows)


def _who(rule: Rule) -> str:
    return f"{rule.who.value}; its forecast keys" if rule.admits_keys else rule.who.value


def training() -> str:
    """Return every hyper-parameter by its group."""
    parts = []
    for name, title in GROUPS:
        rows = [_setting(spec) for spec in TrainingConfig.fields() if spec.group == name]
        parts.append(
            f"### {title}\n\n" + table(("setting", "default", "allowed", "what it does"), rows)
        )
    return "\n\n".join(parts)


def _setting(spec: FieldSpec) -> tuple[str, str, str, str]:
    only = "" if len(spec.modes) == 2 else f" ({spec.modes[0]} only)"
    default = "empty" if spec.default is None else f"`{json.dumps(jsonable(spec.default))}`"
    return f"`{spec.name}`", default, _allowed(spec), spec.help + only


def _allowed(spec: FieldSpec) -> str:
    if spec.choices:
        return ", ".join(f"`{choice}`" for choice in spec.choices)
    if spec.minimum is not None:
        return f"{_number(spec.minimum)} to {_number(spec.maximum)}"
    return "yes or no" if spec.type == "boolean" else "text"


def forecast_models() -> str:
    """Return the settings of every model family of a forecasting session."""
    return "\n\n".join(_family(family) for family in FAMILIES)


def _family(family: type[ModelSettings]) -> str:
    rows = [
        (
            f"`{spec.wire}`",
            "empty" if spec.default is None else f"`{json.dumps(spec.default)}`",
            spec.expected,
            spec.help,
        )
        for spec in family.fields()
    ]
    header = ("setting", "default", "allowed", "what it does")
    return f"### {family.label} (`{family.mode}`)\n\n{family.about}\n\n{table(header, rows)}"


def _number(value: float | None) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def example_py() -> str:
    """Return the example client in Python."""
    return f"```python\n{(ROOT / 'docs/examples/follow.py').read_text(encoding='utf-8')}```"


def example_js() -> str:
    """Return the example client in JavaScript."""
    return f"```js\n{(ROOT / 'docs/examples/follow.mjs').read_text(encoding='utf-8')}```"


GENERATORS: dict[str, Callable[[], str]] = {
    "settings": settings,
    "events": events,
    "permissions": permissions,
    "training": training,
    "forecast-models": forecast_models,
    "example.py": example_py,
    "example.mjs": example_js,
}
PARTS = {
    "README.md": ("settings",),
    "docs/events.md": ("events", "example.py", "example.mjs"),
    "docs/permissions.md": ("permissions",),
    "docs/training-settings.md": ("training",),
    "docs/forecast-models.md": ("forecast-models",),
}
FILES: dict[str, Callable[[], str]] = {
    "static/src/lib/events.d.ts": lambda: events_typescript(_kinds()),
}

if __name__ == "__main__":
    sys.exit(main())
