"""Bringing a spool to the platform, part by part; whoever calls decides when to try again."""

import json

from roundhouse.api import Api
from roundhouse.batches import Request, next_part
from roundhouse.errors import Refused, warn
from roundhouse.spool import REFUSED, SpoolReader


class Delivery:
    """One spool on its way. Raises Unreachable from every call while the platform is away."""

    def __init__(self, reader: SpoolReader, api: Api) -> None:
        self._reader = reader
        self._api = api

    @property
    def run_id(self) -> int | None:
        """The run, once the platform knows it."""
        known = self._reader.state.get("run_id")
        return None if known is None else int(known)

    @property
    def page(self) -> str | None:
        """Where people look at the run, once the platform knows it."""
        page = self._reader.state.get("page")
        return None if page is None else str(page)

    @property
    def is_done(self) -> bool:
        """Whether the platform knows the end of the run."""
        return bool(self._reader.state.get("done"))

    def begin(self) -> int:
        """Make the run unless it is made, and return its number.

        Raises Refused when the platform will not have it.
        """
        known = self.run_id
        if known is None:
            answer = self._api.begin(self._reader.about)
            known = int(answer["id"])
            self._reader.note(run_id=known, url=self._api.url, page=answer.get("url"))
        return known

    def send_part(self) -> bool:
        """Send the next part; return whether there was one.

        A request that is refused is put aside, in ``refused.jsonl``, and the rest goes on.
        Raises Refused when the platform takes nothing of this run any more.
        """
        run_id = self.begin()
        reader = self._reader
        part = next_part(reader.records(), reader.sent, reader.begun_until)
        if part is None:
            return False
        reader.note(until=part.end)
        for request in part.requests(reader.about["key"]):
            self._send(run_id, request)
        done = {"done": True} if part.last is not None else {}
        reader.note(sent=part.end, **done)
        return True

    def _send(self, run_id: int, request: Request) -> None:
        file = self._reader.file(request.file) if request.file else None
        try:
            self._api.send(run_id, request, file)
        except FileNotFoundError:
            self._put_aside(request, "its copy is gone")
        except Refused as refusal:
            if refusal.final:
                raise
            halves = request.halves() if refusal.divisible else []
            for half in halves:  # what is wrong costs nothing that was sent beside it
                self._send(run_id, half)
            if not halves:
                self._put_aside(request, str(refusal))

    def _put_aside(self, request: Request, reason: str) -> None:
        kept = {"path": request.path, "json": request.json, "file": request.file, "why": reason}
        with (self._reader.folder / REFUSED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(kept) + "\n")
        warn(f"the platform refused {request.method} {request.path or 'of the run'}: {reason}")
