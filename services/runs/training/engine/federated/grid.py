"""A Flower grid inside one process: a message is a function call, an exception an error reply.

The same ServerApp and ClientApp code runs on a SuperLink; here a federation costs no daemon, no
port and no copy of torch per client.
"""

from collections.abc import Iterable, Mapping, Sequence

from flwr.app import Context, Error, Message, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid

from services.flower.messages import Run, become, set_message_id, set_sender

SERVER_NODE = 1
CLIENT_FAULT = 2  # Flower's code for a ClientApp that raised
# What a client's own code may raise. The attempt's end and a stop are none of these.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class InProcessGrid(Grid):
    """Runs each client's part when its message is sent, one after the other."""

    def __init__(self, run_id: int, client_app: ClientApp, contexts: Mapping[int, Context]) -> None:
        # Flower reads the sender of a message from the process; it holds one run at a time
        become(run_id=run_id, task_id=1, node_id=SERVER_NODE)
        self._run = Run.create_empty(run_id)
        self._client_app = client_app
        self._contexts = contexts
        self._replies: dict[str, Message] = {}
        self._sent = 0

    @property
    def run(self) -> Run:
        """The run of this grid."""
        return self._run

    def set_run(self, run: Run) -> None:
        """Set the run of this grid."""
        self._run = run

    def get_node_ids(self) -> Iterable[int]:
        """Return every node."""
        return list(self._contexts)

    def create_message(
        self,
        content: RecordDict,
        message_type: str,
        dst_node_id: int,
        group_id: str,
        ttl: float | None = None,
    ) -> Message:
        """Return a message from the server to one node."""
        return Message(
            content=content,
            message_type=message_type,
            dst_node_id=dst_node_id,
            group_id=group_id,
            ttl=ttl,
        )

    def push_messages(self, messages: Iterable[Message]) -> Iterable[str]:
        """Run the client's part of each message and return the messages' ids."""
        return [self._push(message) for message in messages]

    def pull_messages(self, message_ids: Iterable[str]) -> Iterable[Message]:
        """Return the replies to messages, each once."""
        return [self._replies.pop(one) for one in message_ids if one in self._replies]

    def send_and_receive(
        self, messages: Iterable[Message], *, timeout: float | None = None
    ) -> Iterable[Message]:
        """Return the replies to ``messages``; the deadline is kept between batches instead."""
        return self.pull_messages(self.push_messages(messages))

    def _push(self, message: Message) -> str:
        self._sent += 1
        # a SuperLink numbers messages; here nobody else does
        set_message_id(message, str(self._sent))
        reply = self._answer(message)
        set_sender(reply, message.metadata.dst_node_id)
        self._replies[message.metadata.message_id] = reply
        return message.metadata.message_id

    def _answer(self, message: Message) -> Message:
        try:
            return self._client_app(message, self._contexts[message.metadata.dst_node_id])
        except FAULTS as fault:
            reason = f"{type(fault).__name__}: {fault}"
            return Message(Error(code=CLIENT_FAULT, reason=reason), reply_to=message)


def contexts_for(run_id: int, names: Sequence[str]) -> dict[int, Context]:
    """Return one context per site; node numbers follow the sites' order."""
    return {
        number: Context(
            run_id=run_id,
            node_id=number,
            node_config={"partition-id": number - SERVER_NODE - 1, "name": name},
            state=RecordDict(),
            run_config={},
        )
        for number, name in enumerate(names, start=SERVER_NODE + 1)
    }
