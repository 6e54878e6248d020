"""Knocking at a server: what keeps it from being asked at all, by one or two small requests."""

from services.benchmarks.engine.client import ModelClient
from services.benchmarks.engine.faults import AnswerVerdict, Trouble

HELLO = {"role": "user", "content": "Hello"}
# kinds of trouble that no patience mends, by the field of the model that is to be changed
FIELDS = {
    "address": "base_url",
    "base_url": "base_url",
    "dns": "base_url",
    "redirect": "base_url",
    "refused": "base_url",
    "tls": "base_url",
    "balance": "api_key",
    "key": "api_key",
    "quota": "api_key",
    "model": "model_name",
    "other_model": "model_name",
}


async def knock(client: ModelClient) -> AnswerVerdict | None:
    """Return what shuts the server, None where it is open or nothing is known.

    Its list of models says whether anything is there; some servers show that to everybody, so a
    completion of one token says whether key and model are right. A server that is slow, busy or
    starting is not shut, nor is one that wants other fields in a request.
    """
    listed = await client.list_models()
    if listed.group in (Trouble.AUTHENTICATION, Trouble.BUSY, Trouble.DOWN) or _is_shut(listed):
        return listed if listed.kind in FIELDS else None
    verdict, _ = await client.exchange([HELLO])
    return verdict if verdict.kind in FIELDS else None


def _is_shut(listed: AnswerVerdict) -> bool:
    """Return whether the address itself is refused; a server need not have a list of models."""
    return listed.kind == "address"
