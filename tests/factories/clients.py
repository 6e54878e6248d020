"""Clients that misbehave: Flower mods that change what one client answers."""

from collections.abc import Callable

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Context, Message
from flwr.clientapp.typing import ClientAppCallable, Mod


def of_client(number: int, spoil: Callable[[Message], Message | None], kind: str = "train") -> Mod:
    """Return a mod that spoils the replies of the ``number``-th client, from 1."""

    def mod(message: Message, context: Context, call_next: ClientAppCallable) -> Message:
        reply = call_next(message, context)
        theirs = context.node_config["partition-id"] == number - 1
        if theirs and message.metadata.message_type == kind:
            return spoil(reply) or reply
        return reply

    return mod


def raising(_: Message) -> Message | None:
    """Fail as a client's own code may."""
    raise ValueError("its disk is full")


def not_finite(reply: Message) -> None:
    """Put a NaN into the first tensor."""
    _change_first(
        reply,
        lambda array: (
            np.where(np.arange(array.size) == 0, np.nan, array.ravel())
            .reshape(array.shape)
            .astype(array.dtype)
        ),
    )


def wrong_shape(reply: Message) -> None:
    """Send the first tensor flat and one value longer."""
    _change_first(reply, lambda array: np.append(array.ravel(), array.dtype.type(0)))


def wrong_dtype(reply: Message) -> None:
    """Send the first tensor in double precision."""
    _change_first(reply, lambda array: array.astype(np.float64))


def wrong_names(reply: Message) -> None:
    """Leave out a tensor."""
    arrays = reply.content.array_records["arrays"]
    del arrays[next(iter(arrays))]


def huge(reply: Message) -> None:
    """Send finite weights that are far off."""
    _change_first(reply, lambda array: array + array.dtype.type(1e6))


def counting(rows: int) -> Callable[[Message], None]:
    """Claim a number of rows."""

    def spoil(reply: Message) -> None:
        reply.content.metric_records["metrics"]["num-examples"] = rows

    return spoil


def listing(reply: Message) -> None:
    """Answer a list where one number belongs."""
    reply.content.metric_records["metrics"]["train_loss"] = [0.1, 0.2]


def _change_first(reply: Message, change: Callable[[np.ndarray], np.ndarray]) -> None:
    arrays: ArrayRecord = reply.content.array_records["arrays"]
    name = next(iter(arrays))
    arrays[name] = Array(change(arrays[name].numpy()))


def without(name: str) -> Callable[[Message], None]:
    """Leave a metric out."""

    def spoil(reply: Message) -> None:
        del reply.content.metric_records["metrics"][name]

    return spoil


def with_metric(name: str, value: float) -> Callable[[Message], None]:
    """Send a metric."""

    def spoil(reply: Message) -> None:
        reply.content.metric_records["metrics"][name] = value

    return spoil


def with_ledger(record: dict[str, float | str]) -> Callable[[Message], None]:
    """Report other work in the ledger than was done."""

    def spoil(reply: Message) -> None:
        reply.content["ledger"] = ConfigRecord(record)

    return spoil
