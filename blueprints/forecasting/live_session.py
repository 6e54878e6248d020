"""What one socket hears of a session that it has joined: the session's topic, and its runs'."""

import asyncio
from collections.abc import Mapping
from typing import Any

from app.errors import NotFound, RoundhouseError
from app.events.newest import TopicState
from app.http.threads import run_in_thread
from app.realtime.extension import Connection
from blueprints.forecasting.live_words import DATASETS, UNFINISHED, RunTranslation, of_datasets
from services.forecasting.live import datasets_state, live_session, mode_of, state_of
from services.forecasting.topics import subject_of
from services.runs.topics import run_topic


class RunWatcher:
    """Translates the events of one run, and hears no more of it once it is over.

    Its topic and the session's are read side by side, so that somebody resumes the run may be
    heard there before its end is heard here: who lets go has looked whether more has come.
    """

    def __init__(self, connection: Connection, name: str, run_id: int, mode: str) -> None:
        self.topic = run_topic(run_id)
        self._connection = connection
        self._run_id = run_id
        self._translation = RunTranslation(name, run_id, mode)
        self._turn = asyncio.Lock()
        self._seen = -1
        self._is_following = False

    async def follow(self) -> None:
        """Hear the run's events, unless it is doing so; raises NotFound for one that is gone."""
        async with self._turn:  # an end that is being said may let go
            if self._is_following:
                return
            self._is_following = True
        try:
            await self._connection.watch(self.topic, self)
        except RoundhouseError:
            self._is_following = False
            raise

    async def begin(self) -> None:
        """Say how the run stands, unless that was said."""
        async with self._turn:  # what comes meanwhile waits, and is dropped where this covers it
            state = await self._state()
            if state.last_seq > self._seen:
                self._seen = state.last_seq
                for name, payload in self._translation.catch_up(state.events):
                    await self._connection.emit(name, payload)
            await self._let_go()

    async def take(self, event: Mapping[str, Any]) -> None:
        """Say what an event changes."""
        async with self._turn:
            if event["seq"] <= self._seen or not self._is_following:
                return
            self._seen = event["seq"]
            for name, payload in self._translation.take(event):
                await self._connection.emit(name, payload)
            await self._let_go()

    async def _let_go(self) -> None:
        if self._translation.is_over and (await self._state()).last_seq == self._seen:
            self._is_following = False
            self._connection.unwatch(self.topic)

    async def _state(self) -> TopicState:
        database, types = self._connection.resources.database, self._translation.TYPES
        return await run_in_thread(state_of, database, self._run_id, types)


class SessionWatcher:
    """Follows the runs of a session that are not over, those that are started later too."""

    def __init__(self, connection: Connection, name: str, session_id: int) -> None:
        self.topic = subject_of(session_id)
        self._connection = connection
        self._name = name
        self._runs: dict[int, RunWatcher] = {}
        self._has_left = False
        self._turn = asyncio.Lock()
        self._seen = -1

    async def begin(self) -> None:
        """Say how each run stands that is not over; where all are, how the newest ended."""
        database, actor = self._connection.resources.database, self._connection.actor
        session = await run_in_thread(live_session, database, actor, self._name)
        live = [one for one in session.models if one.is_live]
        async with self._turn:  # of datasets nothing older comes after this
            state = await run_in_thread(datasets_state, database, session.session_id)
            self._seen = state.last_seq
            for event in state.events:
                await self._connection.emit(*of_datasets(self._name, event["data"]))
        for model in reversed(live or session.models[:1]):
            await self._follow(model.run_id, model.mode)

    async def take(self, event: Mapping[str, Any]) -> None:
        """Follow a run that begins or goes on, and say how far the datasets are."""
        if event["type"] == DATASETS:
            async with self._turn:
                if event["seq"] > self._seen:
                    await self._connection.emit(*of_datasets(self._name, event["data"]))
        if event["type"] != "run_changed" or event["data"]["job_state"] not in UNFINISHED:
            return
        run_id = event["data"]["run_id"]
        mode = await run_in_thread(mode_of, self._connection.resources.database, run_id)
        if mode is not None:
            await self._follow(run_id, mode)

    def end(self) -> None:
        """Hear nothing more."""
        self._has_left = True
        for watcher in self._runs.values():
            self._connection.unwatch(watcher.topic)
        self._connection.unwatch(self.topic)

    async def _follow(self, run_id: int, mode: str) -> None:
        watcher = self._runs.get(run_id)
        if watcher is None:
            watcher = self._runs[run_id] = RunWatcher(self._connection, self._name, run_id, mode)
        try:
            await watcher.follow()
        except NotFound:  # deleted meanwhile, or a private run of a session that is shared
            del self._runs[run_id]
        if self._has_left:
            self._connection.unwatch(watcher.topic)
