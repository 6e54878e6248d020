"""Flower's clients of a SuperLink or a SuperNode, and the messages that they send."""

from typing import cast

from flwr.app import Message
from flwr.common.constant import SubStatus
from flwr.common.serde import run_from_proto
from flwr.proto.control_pb2 import StartRunRequest, StopRunRequest
from flwr.proto.fab_pb2 import Fab
from flwr.proto.message_pb2 import (
    ConfirmMessageReceivedRequest,
    PullObjectRequest,
    PullObjectResponse,
)
from flwr.proto.runtime_pb2 import (
    AcquireTaskRequest,
    PullAppMessagesRequest,
    PullTaskInputRequest,
    PullTaskInputResponse,
    PushTaskOutputRequest,
    SendTaskHeartbeatRequest,
)
from flwr.supercore.constant import SYSTEM_MESSAGE_TYPE, TaskType
from flwr.supercore.control import ControlHttpClient
from flwr.supercore.inflatable.inflatable_object import iterate_object_tree
from flwr.supercore.inflatable.inflatable_protobuf_utils import make_pull_object_fn_protobuf
from flwr.supercore.inflatable.inflatable_utils import (
    ObjectPullError,
    ObjectUnavailableError,
    inflate_object_from_contents,
    pull_objects,
)
from flwr.supercore.interceptors import (
    RuntimeTokenHttpInterceptor,
    RuntimeVersionHttpInterceptor,
    SuperExecAuthHttpInterceptor,
)
from flwr.supercore.protobuf.client import ProtobufCall, ProtobufRequestContext
from flwr.supercore.runtime import RuntimeHttpClient
from flwr.supernode.runtime.run_clientapp import pull_task_input, push_message, push_task_output

__all__ = [
    "ACQUIRE_TASK",
    "SYSTEM_MESSAGE_TYPE",
    "AcquireTaskRequest",
    "ConfirmMessageReceivedRequest",
    "ControlHttpClient",
    "Fab",
    "ObjectPullError",
    "ObjectUnavailableError",
    "ProtobufCall",
    "ProtobufRequestContext",
    "PullAppMessagesRequest",
    "PullObjectRequest",
    "PullObjectResponse",
    "PullTaskInputRequest",
    "PullTaskInputResponse",
    "PushTaskOutputRequest",
    "RuntimeHttpClient",
    "RuntimeTokenHttpInterceptor",
    "RuntimeVersionHttpInterceptor",
    "SendTaskHeartbeatRequest",
    "StartRunRequest",
    "StopRunRequest",
    "SubStatus",
    "SuperExecAuthHttpInterceptor",
    "TaskType",
    "inflated",
    "iterate_object_tree",
    "make_pull_object_fn_protobuf",
    "pull_objects",
    "pull_task_input",
    "push_message",
    "push_task_output",
    "run_from_proto",
]

ACQUIRE_TASK = "/flwr.proto.Runtime/AcquireTask"  # how an interceptor calls the method


def inflated(object_id: str, contents: dict[str, bytes]) -> Message:
    """Return the message that was sent in parts."""
    return cast("Message", inflate_object_from_contents(object_id, contents))
