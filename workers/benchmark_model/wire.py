"""Answers of the simulated model in the shapes of OpenAI-compatible servers."""

import math
from typing import Any

from workers.benchmark_model.model import LEAK, SimulatedAnswer

CHARACTERS_PER_TOKEN = 4
FLOOR = -9999.0


def count_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def completion(
    answer: SimulatedAnswer, prompt: str, model: str, *, chat: bool, top: int, limit: int
) -> dict[str, Any]:
    """Return the body of an answer; ``top`` alternatives per token, 0 for none.

    ``limit`` is the most tokens: a longer answer is cut, and says so.
    """
    text = answer.text[: limit * CHARACTERS_PER_TOKEN]
    is_cut = len(text) < len(answer.text)
    choice: dict[str, Any] = {"index": 0, "logprobs": _logprobs(answer, text, top, chat=chat)}
    choice["finish_reason"] = "length" if is_cut else "stop"
    choice |= {"message": {"role": "assistant", "content": text}} if chat else {"text": text}
    used, written = count_tokens(prompt), count_tokens(text)
    return {
        "id": "sim",
        "object": "chat.completion" if chat else "text_completion",
        "created": 0,
        "model": model,
        "choices": [choice],
        "usage": {
            "prompt_tokens": used,
            "completion_tokens": written,
            "total_tokens": used + written,
        },
    }


def _logprobs(answer: SimulatedAnswer, text: str, top: int, *, chat: bool) -> Any:
    place = text.rfind(str(answer.rating)) if answer.rating else -1
    if not top or place < 0:
        return None
    parts = [text[:place], text[place], text[place + 1 :]]
    tops = [{part: 0.0} for part in parts]
    tops[1] = dict(list(_alternatives(answer).items())[:top])
    chosen = [0.0, tops[1].get(parts[1], FLOOR), 0.0]
    if not chat:
        offsets = [0, place, place + 1]
        return {
            "tokens": parts,
            "token_logprobs": chosen,
            "top_logprobs": tops,
            "text_offset": offsets,
        }
    rows = zip(parts, chosen, tops, strict=True)
    return {"content": [_token(part, value, others) for part, value, others in rows]}


def _token(text: str, value: float, others: dict[str, float]) -> dict[str, Any]:
    top = [
        {"token": one, "logprob": share, "bytes": list(one.encode())}
        for one, share in others.items()
    ]
    return {"token": text, "logprob": value, "bytes": list(text.encode()), "top_logprobs": top}


def _alternatives(answer: SimulatedAnswer) -> dict[str, float]:
    """Return every option with its natural log-probability, the likeliest first."""
    shares = {str(one): answer.options.get(one, 0.0) * (1 - LEAK) for one in range(1, 6)}
    rows = sorted(shares.items(), key=lambda row: -row[1])
    return {one: math.log(share) if share > 0 else FLOOR for one, share in rows}
