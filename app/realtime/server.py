"""The live server: who connects, who watches what, and what they are sent.

On the wire: emit ``subscribe {topic, after}``; the acknowledgement carries at most 500 events
with ``last_seq, more, oldest_seq``; from then on ``event {topic, seq, type, at, data}`` arrives.
Domains add events of their own (``extension.py``), under the same rules and bounds.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import RedisError
from socketio.exceptions import ConnectionRefusedError as Refused
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import strict_json
from app.auth.actor import Actor
from app.auth.policy import check
from app.auth.sockets import SocketGate, headers_of
from app.clock import now
from app.errors import Invalid, RoundhouseError
from app.http.threads import count_for, run_in_thread
from app.jobs.doorbell import CHANNEL
from app.models.event import Topic
from app.outages import REDIS, report_failure, report_reachable
from app.realtime.border import border, log_if_broken
from app.realtime.bounded import BoundedServer
from app.realtime.extension import Connection, SocketEvent, TopicWatcher
from app.realtime.feed import Feed
from app.realtime.strangers import Strangers
from app.resources import Resources

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 2.0
POLL_SECONDS = 1.0
LOOK_SECONDS = 0.1
MAX_TOPICS = 50
MAX_STRANGERS = 50  # sockets of one address that have not said yet who they are
STRANGER_SECONDS = 8.0  # that they have for it, and at most one beat more
MAX_MESSAGE = 16 * 1024


class StrictJson:
    """What python-socketio writes with: NaN cannot reach a browser."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        """Return strict JSON text."""
        return strict_json.dumps(value)

    @staticmethod
    def loads(text: str | bytes, **_: Any) -> Any:
        """Return the value of strict JSON text."""
        return strict_json.loads(text)


class LiveServer:
    """Sends committed events to the sockets that may see them."""

    def __init__(
        self,
        resources: Resources,
        gate: SocketGate,
        note_delivery: Callable[[str], None],
        events: Sequence[SocketEvent] = (),
    ) -> None:
        self._resources = resources
        self._note_delivery = note_delivery
        self._gate = gate
        self._actors: dict[str, Actor] = {}
        self._connections: dict[str, Connection] = {}
        self._feeds: dict[str, Feed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._looked = 0.0
        self.sio = BoundedServer(
            Strangers(MAX_STRANGERS, STRANGER_SECONDS),
            gate.address_of,
            async_mode="asgi",
            transports=["websocket"],
            cors_allowed_origins="*",  # the gate checks Origin itself, by the rules of the site
            json=StrictJson,
            ping_interval=10,
            ping_timeout=10,
            max_http_buffer_size=MAX_MESSAGE,
        )
        for name in ("connect", "disconnect", "subscribe", "unsubscribe"):
            self.sio.on(name, getattr(self, f"_on_{name}"))
        for event in events:
            self.sio.on(event.name, self._answering(event))

    async def start(self) -> None:
        """Begin to listen, to poll and to watch over the sockets."""
        loops = (self._listen, self._poll, self._beat, self._guard)
        self._tasks = [asyncio.create_task(_for_ever(loop)) for loop in loops]

    async def stop(self) -> None:
        """Stop the loops; the sockets go with the server."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _on_connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        headers = headers_of(environ)
        scheme = str(environ.get("wsgi.url_scheme", "http"))
        actor = await run_in_thread(self._gate.authenticate, auth, headers, scheme)
        if actor is None:
            raise Refused("unauthorised")
        self.sio.recognise(sid)
        self._actors[sid] = actor
        self._connections[sid] = Connection(sid, actor, self._resources, self)

    async def _on_disconnect(self, sid: str, *_: Any) -> None:
        self._actors.pop(sid, None)
        self._connections.pop(sid, None)
        for topic in list(self._feeds):
            self._leave(topic, sid)
            self.unwatch(sid, topic)

    def _answering(self, event: SocketEvent) -> Callable[..., Awaitable[dict[str, Any]]]:
        """Return what answers an event of a domain; those of one socket take turns."""

        async def answer(sid: str, request: Any = None) -> dict[str, Any]:
            connection = self._connections.get(sid)
            if connection is not None:
                await self._answer(event, connection, request)
            return {}

        return answer

    async def _answer(self, event: SocketEvent, connection: Connection, request: Any) -> None:
        try:
            with border():
                check(event.rule, connection.actor)
                count_for(connection.actor.user_id)
                async with connection.turn:
                    await event.answer(connection, request)
        except RoundhouseError as error:
            log_if_broken("socket event failed", error, event_name=event.name)
            await connection.emit(*event.refuse(request, error))

    async def emit_to(self, sid: str, name: str, payload: dict[str, Any]) -> None:
        """Send one event to one socket."""
        await self.sio.emit(name, payload, to=sid)

    async def watch(self, sid: str, topic: str, watcher: TopicWatcher) -> None:
        """Let ``watcher`` hear ``topic``: first how it stands, then every event after that.

        Raises NotFound where the person behind the socket may not see the topic.
        """
        actor = self._actors.get(sid)
        if actor is None:
            return
        await run_in_thread(self._gate.subscribe, actor, topic)
        if sid not in self._actors:
            return
        self._require_room(sid)
        feed = self._feeds.setdefault(topic, Feed(topic, self._resources.database, self._send))
        feed.translators[sid] = watcher
        if feed.cursor is None:
            await feed.advance()  # from here on nothing is missed; what overlaps has been covered
        await watcher.begin()

    def unwatch(self, sid: str, topic: str) -> None:
        """Let a socket hear a topic in its domain's words no more."""
        feed = self._feeds.get(topic)
        if feed is not None:
            feed.translators.pop(sid, None)
            self._drop_unheard(feed)

    def _require_room(self, sid: str) -> None:
        feeds = self._feeds.values()
        watched = sum((sid in feed.watchers) + (sid in feed.translators) for feed in feeds)
        if watched >= MAX_TOPICS:
            raise Invalid(f"One socket may watch {MAX_TOPICS} topics: unsubscribe from some.")

    async def _on_subscribe(self, sid: str, request: Any = None) -> dict[str, Any]:
        try:
            with border():
                return await self._allowed_subscribe(sid, request)
        except RoundhouseError as error:
            log_if_broken("subscribe failed", error)
            return {"error": {"code": error.code, "detail": error.detail}}

    async def _allowed_subscribe(self, sid: str, request: Any) -> dict[str, Any]:
        topic, after = _subscription(request)
        actor = self._actors.get(sid)
        if actor is None:
            return {}
        count_for(actor.user_id)
        await run_in_thread(self._gate.subscribe, actor, topic)
        return await self._subscribe(sid, topic, after)

    async def _subscribe(self, sid: str, topic: str, after: int) -> dict[str, Any]:
        if sid not in self._actors:
            return {}  # it left while its right to the topic was looked up
        self._require_room(sid)
        feed = self._feeds.setdefault(topic, Feed(topic, self._resources.database, self._send))
        feed.watchers.add(sid)
        page = await feed.join(after, lambda: self._enter(sid, topic))
        return asdict(page)

    async def _enter(self, sid: str, topic: str) -> None:
        if sid in self._actors:  # it may have left while its page was read
            await self.sio.enter_room(sid, topic)

    async def _on_unsubscribe(self, sid: str, request: Any = None) -> dict[str, Any]:
        topic = request.get("topic") if isinstance(request, dict) else None
        if not isinstance(topic, str):
            return {"error": {"code": "invalid", "detail": "Send {topic}: a text such as run:7."}}
        await self.sio.leave_room(sid, topic)
        self._leave(topic, sid)
        return {}

    def _leave(self, topic: str, sid: str) -> None:
        feed = self._feeds.get(topic)
        if feed is not None:
            feed.watchers.discard(sid)
            self._drop_unheard(feed)

    def _drop_unheard(self, feed: Feed) -> None:
        if not feed.watchers and not feed.translators:
            self._feeds.pop(feed.topic, None)

    async def _send(self, topic: str, event: dict[str, Any]) -> None:
        await self.sio.emit("event", event, room=topic)
        await self._translate(topic, event)
        self._note_delivery(event["at"])
        if time.monotonic() - self._looked > LOOK_SECONDS:  # a burst fills a queue between beats
            await self._cut_the_slow()

    async def _translate(self, topic: str, event: dict[str, Any]) -> None:
        feed = self._feeds.get(topic)
        for sid, watcher in list(feed.translators.items()) if feed is not None else []:
            try:
                with border():
                    await watcher.take(event)
            except RoundhouseError as error:  # the others go on hearing
                log.error("translation failed", topic=topic, sid=sid, exc_info=error)

    async def _listen(self) -> None:
        """Hear the doorbell. When Redis is away the poll finds the rows."""
        url = self._resources.settings.redis_url
        redis = AsyncRedis.from_url(url, socket_timeout=None)  # a quiet bell is not a broken one
        while True:
            try:
                async with redis.pubsub(ignore_subscribe_messages=True) as bell:
                    await bell.subscribe(CHANNEL)
                    report_reachable(REDIS)
                    async for message in bell.listen():
                        self._hear(message["data"])
            except (RedisError, OSError) as error:
                report_failure(error)
                await asyncio.sleep(POLL_SECONDS)

    def _hear(self, message: bytes) -> None:
        _, _, topic = message.decode(errors="replace").partition(" ")
        feed = self._feeds.get(topic)
        if feed is not None and not feed.is_rung:
            feed.is_rung = True
            self.sio.start_background_task(self._advance, topic)

    async def _advance(self, topic: str) -> None:
        feed = self._feeds.get(topic)
        if feed is None:
            return
        try:
            await feed.advance()
        except SQLAlchemyError as error:
            report_failure(error)

    async def _poll(self) -> None:
        """Find rows whose doorbell was lost: one statement over the watched topics."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                behind = await run_in_thread(self._behind) if self._feeds else []
            except SQLAlchemyError as error:
                report_failure(error)
                continue
            for topic in behind:
                await self._advance(topic)

    def _behind(self) -> list[str]:
        cursors = {topic: feed.cursor for topic, feed in list(self._feeds.items())}
        query = select(Topic.name, Topic.last_seq).where(Topic.name.in_(cursors))
        with self._resources.database.read() as session:
            return [name for name, last in session.execute(query) if last > (cursors[name] or 0)]

    async def _beat(self) -> None:
        """Say that the connection lives, so that a page knows when its picture is old."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self.sio.emit("heartbeat", {"at": now().isoformat()})

    async def _guard(self) -> None:
        """Cut who may not be here any more, and who does not keep up."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._cut_the_slow()
            await self.sio.cut_strangers()
            try:
                await self._cut_the_unwelcome()
            except SQLAlchemyError as error:
                report_failure(error)

    async def _cut_the_slow(self) -> None:
        self._looked = time.monotonic()
        settings = self._resources.settings
        bounds = (settings.socket_max_bytes, settings.socket_max_seconds)
        for sid in list(self.sio.slow_clients(*bounds)):
            log.info("slow client cut", sid=sid)
            await self.sio.cut(sid)

    async def _cut_the_unwelcome(self) -> None:
        actors = dict(self._actors)
        if not actors:
            return
        welcome = await run_in_thread(self._gate.still_valid, set(actors.values()))
        for sid in [sid for sid, actor in actors.items() if actor not in welcome]:
            await self.sio.disconnect(sid)
        watched = {
            (sid, topic): (actors[sid], topic)
            for topic, feed in list(self._feeds.items())
            for sid in feed.watchers | feed.translators.keys()
            if sid in actors
        }
        visible = await run_in_thread(self._gate.still_visible, set(watched.values()))
        for (sid, topic), pair in watched.items():
            if pair not in visible:
                await self.sio.leave_room(sid, topic)
                self._leave(topic, sid)
                self.unwatch(sid, topic)


async def _for_ever(loop: Callable[[], Awaitable[None]]) -> None:
    """Run a loop again whatever ends it: without the guard nobody would be cut any more."""
    while True:
        try:
            with border():
                await loop()
        except RoundhouseError as error:
            log.error("live loop broke", loop=loop.__name__, exc_info=error)
            await asyncio.sleep(POLL_SECONDS)


def _subscription(request: Any) -> tuple[str, int]:
    topic = request.get("topic") if isinstance(request, dict) else None
    after = request.get("after", 0) if isinstance(request, dict) else None
    if not isinstance(topic, str) or not 1 <= len(topic) <= 100:
        raise Invalid("Send {topic, after}: topic is a text such as run:7.")
    if type(after) is not int or not 0 <= after < 2**62:
        raise Invalid(f"after is {after!r}: give the last seq you have seen, 0 for all.")
    return topic, after
