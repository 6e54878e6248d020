"""JSON of unknown origin: NaN and infinity are read, as the programs that log write them."""

import json
from typing import Any

from services.imports.domain.evaluation import EvaluationError


def parsed(content: bytes | str, place: str) -> Any:
    """Return the value of a text; raises EvaluationError with the place, line and column."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise EvaluationError(f"{place} is not JSON: {where}: {error.msg}.") from None
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{place} is not UTF-8: byte {error.start}.") from None
    except (ValueError, RecursionError):
        raise EvaluationError(f"{place} holds a number or a nesting that is too large.") from None
