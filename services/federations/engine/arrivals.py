"""Answers that are still on their way: taken in as they come, so that none holds the others up.

A site announces its answer first and then uploads it, which takes as long as its line allows and
never ends when its power is cut. Flower's own grid waits there for minutes, with longer and
longer pauses, and would hear neither a deadline nor a stop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flwr.app import Message, Metadata

from app.clock import now
from services.flower.calls import (
    SYSTEM_MESSAGE_TYPE,
    ConfirmMessageReceivedRequest,
    ObjectPullError,
    ObjectUnavailableError,
    PullAppMessagesRequest,
    inflated,
    iterate_object_tree,
    make_pull_object_fn_protobuf,
    pull_objects,
)
from services.flower.grid import HttpGrid, client_of
from services.flower.messages import ErrorCode, error_message, set_message_id


@dataclass(kw_only=True)
class Arriving:
    """An answer that a site has announced, and the parts of it that are here."""

    id: str
    reply_to: str
    objects: Sequence[str]
    here: dict[str, bytes] = field(default_factory=dict)
    is_lost: bool = False


class TimeoutGrid(HttpGrid):
    """Flower's grid, but it returns the answers that are complete and waits for no other."""

    def __init__(self, address: str, root_certificates: bytes, token: str) -> None:
        super().__init__(address, root_certificates=root_certificates, token=token)
        self._arriving: dict[str, Arriving] = {}

    def pull_messages(self, message_ids: Iterable[str]) -> Iterable[Message]:
        """Return the answers to these messages that are complete since the last call."""
        requested = set(message_ids)
        known = {one.reply_to: one for one in self._arriving.values() if one.reply_to in requested}
        self._arriving = {one.id: one for one in known.values()}
        self._hear_of(sorted(requested - set(known)))
        complete = [self._complete(one) for one in list(self._arriving.values())]
        return [message for message in complete if message is not None]

    def _hear_of(self, message_ids: Sequence[str]) -> None:
        if not message_ids:
            return
        response = client_of(self).PullMessages(PullAppMessagesRequest(message_ids=message_ids))
        for message, tree in zip(
            response.messages_list, response.message_object_trees, strict=True
        ):
            about = message.metadata
            self._arriving[about.message_id] = Arriving(
                id=about.message_id,
                reply_to=about.reply_to_message_id,
                objects=[part.object_id for part in iterate_object_tree(tree)],
            )

    def _complete(self, one: Arriving) -> Message | None:
        """Take in what has come of an answer; return it once nothing is missing."""
        try:
            contents = pull_objects(
                list(one.objects), lambda name: self._part(one, name), max_tries_per_object=1
            )
        except ObjectPullError:
            if not one.is_lost:
                return None
            del self._arriving[one.id]
            return self._lost(one)
        client_of(self).ConfirmMessageReceived(
            ConfirmMessageReceivedRequest(
                node=self.node, run_id=self.run.run_id, message_object_id=one.id
            )
        )
        del self._arriving[one.id]
        message = inflated(one.id, contents)
        set_message_id(message, one.id)
        return message

    def _part(self, one: Arriving, name: str) -> bytes:
        if name not in one.here:
            pull = make_pull_object_fn_protobuf(
                client_of(self).PullObject, self.node, self.run.run_id
            )
            try:
                one.here[name] = pull(name)
            except ObjectUnavailableError:
                raise  # not yet
            except ObjectPullError:
                one.is_lost = True
                raise
        return one.here[name]

    def _lost(self, one: Arriving) -> Message:
        """Return what Flower says of an answer whose upload was never finished."""
        about = Metadata(
            run_id=self.run.run_id,
            message_id="",
            src_node_id=self.node.node_id,
            dst_node_id=self.node.node_id,
            message_type=SYSTEM_MESSAGE_TYPE,
            group_id="",
            ttl=0,
            reply_to_message_id=one.reply_to,
            created_at=now().timestamp(),
        )
        reason = "the answer of the site was cut off"
        return error_message(about, ErrorCode.MESSAGE_UNAVAILABLE, reason)
