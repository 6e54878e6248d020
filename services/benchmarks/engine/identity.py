"""Which weights a server serves under a name, as far as the server says.

Read are the row of ``/v1/models`` (vLLM, llama.cpp, LM Studio and hosts of weights add fields of
their own to OpenAI's), Ollama's ``/api/tags`` and the ``/info`` of Text Generation Inference.
Times of a row are left out: several servers write when they were started.
"""

from collections.abc import Mapping
from typing import Any

DIGESTS = ("digest", "model_sha", "sha", "revision")
DETAILS = ("root", "parent", "max_model_len", "quantization", "arch")
OF_META = ("n_params", "size", "n_vocab", "n_ctx_train", "n_embd", "vocab_type")
MAX_TEXT = 200


def row_of(body: Any, model: str) -> Mapping[str, Any]:
    """Return the row of a model in a list of models, empty where there is none."""
    return next((row for row in rows_of(body, "data") if row.get("id") == model), {})


def rows_of(body: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list ``name`` of a body, none where it has no such list."""
    rows = body.get(name) if isinstance(body, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def identity_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return digest, where it comes from, and what else the server says that tells models apart.

    OpenAI's ``system_fingerprint`` is left out: it names the program that serves, and changes
    from answer to answer.
    """
    digest = next((one for name in DIGESTS if (one := _plain(row.get(name)))), None)
    details = {name: value for name in DETAILS if (value := _plain(row.get(name))) is not None}
    meta = row.get("meta")
    if isinstance(meta, dict):
        details |= {name: value for name in OF_META if (value := _plain(meta.get(name)))}
    source = "/v1/models" if digest else None
    return {"digest": None if digest is None else str(digest), "source": source, "details": details}


def native_route(row: Mapping[str, Any]) -> str | None:
    """Return the server's own route that has a digest, by how it signs its rows; None without."""
    if row.get("owned_by") == "library":
        return "/api/tags"
    return "/info" if row.get("owned_by") == row.get("id") and row.get("created") == 0 else None


def native_digest(route: str, body: Any, model: str) -> str | None:
    """Return the digest in the answer of ``native_route``; None where it has none."""
    if not isinstance(body, dict):
        return None
    if route == "/info":
        return _text(body.get("model_sha"))
    names = (model, f"{model}:latest")
    rows = (row for row in rows_of(body, "models") if row.get("name") in names)
    return next((_text(row.get("digest")) for row in rows), None)


def _plain(value: Any) -> str | int | float | None:
    if isinstance(value, bool) or value is None or value == "":
        return None
    return value[:MAX_TEXT] if isinstance(value, str) else _number(value)


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) else None


def _text(value: Any) -> str | None:
    return value[:MAX_TEXT] if isinstance(value, str) and value else None
