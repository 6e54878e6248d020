"""The parts of TensorBoard's messages that scalars and hyper-parameters need.

Described here field by field, in a pool of our own: the numbers are those of its event.proto,
summary.proto, tensor.proto and the hparams plugin's plugin_data.proto.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, struct_pb2

_KINDS = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "roundhouse.tensorboard"
_STRUCT = "google/protobuf/struct.proto"

# message -> field -> (number, type, is repeated); a type in quotes is another message
MESSAGES: dict[str, dict[str, tuple[int, int | str, bool]]] = {
    "PluginData": {
        "plugin_name": (1, _KINDS.TYPE_STRING, False),
        "content": (2, _KINDS.TYPE_BYTES, False),
    },
    "SummaryMetadata": {"plugin_data": (1, "PluginData", False)},
    "Dim": {"size": (1, _KINDS.TYPE_INT64, False)},
    "Shape": {"dim": (2, "Dim", True)},
    "Tensor": {
        "dtype": (1, _KINDS.TYPE_INT32, False),
        "tensor_shape": (2, "Shape", False),
        "tensor_content": (4, _KINDS.TYPE_BYTES, False),
        "float_val": (5, _KINDS.TYPE_FLOAT, True),
        "double_val": (6, _KINDS.TYPE_DOUBLE, True),
        "int_val": (7, _KINDS.TYPE_INT32, True),
        "int64_val": (10, _KINDS.TYPE_INT64, True),
    },
    "Value": {
        "tag": (1, _KINDS.TYPE_STRING, False),
        "simple_value": (2, _KINDS.TYPE_FLOAT, False),
        "image": (4, _KINDS.TYPE_BYTES, False),  # messages of their own: only that they are there
        "histo": (5, _KINDS.TYPE_BYTES, False),
        "audio": (6, _KINDS.TYPE_BYTES, False),
        "tensor": (8, "Tensor", False),
        "metadata": (9, "SummaryMetadata", False),
    },
    "Summary": {"value": (1, "Value", True)},
    "SessionLog": {"status": (1, _KINDS.TYPE_INT32, False)},
    "Event": {
        "wall_time": (1, _KINDS.TYPE_DOUBLE, False),
        "step": (2, _KINDS.TYPE_INT64, False),
        "summary": (5, "Summary", False),
        "session_log": (7, "SessionLog", False),
    },
    "HparamsEntry": {
        "key": (1, _KINDS.TYPE_STRING, False),
        "value": (2, "google.protobuf.Value", False),
    },
    "SessionStart": {"hparams": (1, "HparamsEntry", True)},
    "SessionEnd": {"status": (1, _KINDS.TYPE_INT32, False)},
    "HparamsData": {
        "session_start_info": (3, "SessionStart", False),
        "session_end_info": (4, "SessionEnd", False),
    },
}


def _described() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="roundhouse/tensorboard.proto", package=_PACKAGE, syntax="proto3", dependency=[_STRUCT]
    )
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated) in fields.items():
            _add_field(message, field, number, kind, repeated=repeated)
    return file


def _add_field(
    message: descriptor_pb2.DescriptorProto,
    name: str,
    number: int,
    kind: int | str,
    *,
    repeated: bool,
) -> None:
    label = _KINDS.LABEL_REPEATED if repeated else _KINDS.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, label=label)
    if isinstance(kind, int):
        field.type = _KINDS.Type.ValueType(kind)
    else:
        field.type = _KINDS.TYPE_MESSAGE
        field.type_name = f".{kind}" if "." in kind else f".{_PACKAGE}.{kind}"
    if name == "simple_value":  # zero is a value: whether it was set must be known
        field.proto3_optional = True
        field.oneof_index = len(message.oneof_decl)
        message.oneof_decl.add(name=f"_{name}")


def _class_of(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{_PACKAGE}.{name}"))


_POOL = descriptor_pool.DescriptorPool()
_STRUCT_FILE = descriptor_pb2.FileDescriptorProto()
struct_pb2.DESCRIPTOR.CopyToProto(_STRUCT_FILE)
_POOL.Add(_STRUCT_FILE)
_POOL.Add(_described())

Event = _class_of("Event")
HparamsData = _class_of("HparamsData")
