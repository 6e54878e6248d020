"""What we use of Flower's inside, attribute by attribute: a new release that drops one is named."""

import ast
import inspect
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from flwr.app import Array, ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.serverapp.strategy import FedAdam, FedAvgM, FedYogi

from services.flower import messages
from services.runs.training.engine.federated.delivery import only

ROOT = Path(__file__).parents[2]
PUBLIC = ("flwr.app", "flwr.clientapp", "flwr.serverapp")
PUBLIC_MODULES = {*PUBLIC, "flwr.serverapp.strategy", "flwr.clientapp.typing"}
ATTRIBUTES = [
    ("flwr.app.message", "make_message"),
    ("flwr.common.constant", "ErrorCode.NODE_UNAVAILABLE"),
    ("flwr.common.constant", "ErrorCode.MESSAGE_UNAVAILABLE"),
    ("flwr.common.constant", "ErrorCode.REPLY_MESSAGE_UNAVAILABLE"),
    ("flwr.common.constant", "ErrorCode.CLIENT_APP_RAISED_EXCEPTION"),
    ("flwr.common.constant", "HEARTBEAT_DEFAULT_INTERVAL"),
    ("flwr.common.constant", "NOOP_ACCOUNT_NAME"),
    ("flwr.common.constant", "NOOP_FLWR_AID"),
    ("flwr.common.constant", "Status.RUNNING"),
    ("flwr.common.constant", "Status.STARTING"),
    ("flwr.common.constant", "SubStatus.COMPLETED"),
    ("flwr.common.constant", "SYSTEM_TIME_TOLERANCE"),
    ("flwr.common.constant", "TIMESTAMP_HEADER"),
    ("flwr.common.constant", "TIMESTAMP_TOLERANCE"),
    ("flwr.common.serde", "run_from_proto"),
    ("flwr.proto.fab_pb2", "Fab"),
    ("flwr.server.superlink.linkstate", "LinkState.create_node"),
    ("flwr.server.superlink.linkstate", "LinkState.deactivate_node"),
    ("flwr.server.superlink.linkstate", "LinkState.delete_node"),
    ("flwr.server.superlink.linkstate", "LinkState.get_node_id_by_public_key"),
    ("flwr.server.superlink.linkstate", "LinkState.get_node_info"),
    ("flwr.server.superlink.linkstate", "LinkState.get_run_info"),
    ("flwr.supercore.constant", "FLEET_HTTP_PUBLIC_KEY_HEADER"),
    ("flwr.supercore.constant", "FLEET_HTTP_SIGNATURE_HEADER"),
    ("flwr.supercore.constant", "NodeStatus.OFFLINE"),
    ("flwr.supercore.constant", "NodeStatus.ONLINE"),
    ("flwr.supercore.constant", "NodeStatus.REGISTERED"),
    ("flwr.supercore.constant", "SYSTEM_MESSAGE_TYPE"),
    ("flwr.supercore.constant", "TaskType.CLIENT_APP"),
    ("flwr.supercore.constant", "TaskType.SERVER_APP"),
    ("flwr.supercore.control", "ControlHttpClient.StartRun"),
    ("flwr.supercore.control", "ControlHttpClient.StopRun"),
    ("flwr.supercore.control", "ControlHttpClient.from_server_address"),
    ("flwr.supercore.inflatable.inflatable_object", "iterate_object_tree"),
    ("flwr.supercore.inflatable.inflatable_protobuf_utils", "make_pull_object_fn_protobuf"),
    ("flwr.supercore.inflatable.inflatable_utils", "ObjectPullError"),
    ("flwr.supercore.inflatable.inflatable_utils", "ObjectUnavailableError"),
    ("flwr.supercore.inflatable.inflatable_utils", "inflate_object_from_contents"),
    ("flwr.supercore.inflatable.inflatable_utils", "pull_objects"),
    ("flwr.supercore.interceptors", "RuntimeTokenHttpInterceptor"),
    ("flwr.supercore.interceptors", "RuntimeVersionHttpInterceptor"),
    ("flwr.supercore.interceptors", "SuperExecAuthHttpInterceptor"),
    ("flwr.supercore.primitives.asymmetric", "bytes_to_public_key"),
    ("flwr.supercore.primitives.asymmetric", "public_key_to_bytes"),
    ("flwr.supercore.primitives.asymmetric", "sign_message"),
    ("flwr.supercore.primitives.asymmetric", "verify_signature"),
    ("flwr.supercore.protobuf.client", "ProtobufCall"),
    ("flwr.supercore.protobuf.client", "ProtobufRequestContext"),
    ("flwr.supercore.run", "Run.create_empty"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.AcquireTask"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.ConfirmMessageReceived"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.PullMessages"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.PullObject"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.PullTaskInput"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.PushTaskOutput"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.SendTaskHeartbeat"),
    ("flwr.supercore.runtime", "RuntimeHttpClient.from_server_address"),
    ("flwr.supercore.task_identity", "TaskIdentity"),
    ("flwr.superlink.auth_plugin", "NoOpControlAuthnPlugin"),
    ("flwr.superlink.cli.flower_superlink", "SuperLinkLifespan"),
    ("flwr.superlink.config_loader", "SuperLinkLifespanConfig"),
    ("flwr.superlink.grid.http_grid", "HttpGrid.get_nodes"),
    ("flwr.superlink.grid.http_grid", "HttpGrid.push_messages"),
    ("flwr.superlink.grid.http_grid", "HttpGrid.run"),
    ("flwr.superlink.grid.http_grid", "HttpGrid.set_run"),
    ("flwr.superlink.grid.http_grid", "HttpGrid._runtime_client"),
    ("flwr.superlink.main", "create_app"),
    ("flwr.supernode.cli.flower_supernode", "flower_supernode"),
    ("flwr.supernode.runtime.run_clientapp", "pull_task_input"),
    ("flwr.supernode.runtime.run_clientapp", "push_message"),
    ("flwr.supernode.runtime.run_clientapp", "push_task_output"),
    ("flwr.supernode.start_client_internal", "_pull_and_store_message"),
    ("flwr.supernode.start_client_internal", "time.sleep"),
]
FIELDS = [
    ("control_pb2", "StartRunRequest", {"fab"}),
    ("control_pb2", "StartRunResponse", {"run_id"}),
    ("control_pb2", "StopRunRequest", {"run_id"}),
    ("fab_pb2", "Fab", {"hash_str", "content"}),
    ("message_pb2", "ConfirmMessageReceivedRequest", {"node", "run_id", "message_object_id"}),
    ("message_pb2", "PullObjectRequest", set()),
    ("message_pb2", "PullObjectResponse", {"object_available"}),
    ("node_pb2", "NodeInfo", {"node_id", "public_key", "last_activated_at"}),
    ("runtime_pb2", "AcquireTaskRequest", {"supported_task_types"}),
    ("runtime_pb2", "AcquireTaskResponse", {"token", "task"}),
    ("runtime_pb2", "PullAppMessagesRequest", {"message_ids"}),
    ("runtime_pb2", "PullAppMessagesResponse", {"messages_list", "message_object_trees"}),
    ("runtime_pb2", "PullTaskInputRequest", set()),
    ("runtime_pb2", "PullTaskInputResponse", {"run", "context"}),
    ("runtime_pb2", "PushTaskOutputRequest", {"sub_status", "details"}),
    ("runtime_pb2", "SendTaskHeartbeatRequest", set()),
    ("runtime_pb2", "SendTaskHeartbeatResponse", {"success"}),
]


def missing(what: str) -> str:
    return (
        f"flwr {version('flwr')} has no {what} any more, which services/flower uses: see there "
        "what for, and find what took its place."
    )


@pytest.mark.parametrize(("module", "path"), ATTRIBUTES)
def test_flower_still_has_each_attribute_that_is_used(module, path):
    found = import_module(module)
    for name in path.split("."):
        assert hasattr(found, name), missing(f"{module}.{path}")
        found = getattr(found, name)


@pytest.mark.parametrize(("module", "name", "fields"), FIELDS)
def test_flower_s_messages_still_have_each_field_that_is_used(module, name, fields):
    found = getattr(import_module(f"flwr.proto.{module}"), name, None)
    assert found is not None, missing(f"flwr.proto.{module}.{name}")
    lacking = fields - set(found.DESCRIPTOR.fields_by_name)
    assert not lacking, missing(f"field {', '.join(sorted(lacking))} of {name}")


@pytest.mark.parametrize("name", ["task_id", "run_id", "node_id"])
def test_the_identity_of_a_process_can_be_set(name):
    messages.become(run_id=11, task_id=12, node_id=13)
    identity = import_module("flwr.supercore.task_identity").TaskIdentity
    expected = {"run_id": 11, "task_id": 12, "node_id": 13}
    assert getattr(identity, name) == expected[name], missing(f"TaskIdentity.{name}")


def made(content: RecordDict) -> Message:
    messages.become(run_id=1, task_id=1, node_id=1)
    return Message(content, dst_node_id=2, message_type="train")


def test_the_number_and_the_sender_of_a_message_can_be_set():
    message = made(RecordDict())
    messages.set_message_id(message, "abc")
    messages.set_sender(message, 5)
    assert message.metadata.message_id == "abc", missing("Metadata._message_id")
    assert message.metadata.src_node_id == 5, missing("Metadata._src_node_id")


def test_a_message_can_be_made_once_more_with_another_content():
    message = made(RecordDict({"config": ConfigRecord({"a": 1})}))
    other = messages.with_content(message, RecordDict())
    assert (dict(other.content), other.metadata.dst_node_id) == ({}, 2)
    assert "config" in message.content
    failed = messages.error_message(message.metadata, 7, "cut off")
    assert (failed.error.code, failed.error.reason) == (7, "cut off")


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (FedAdam, {"m_t", "v_t", "current_arrays"}),
        (FedYogi, {"m_t", "v_t", "current_arrays"}),
        (FedAvgM, {"momentum_vector", "current_arrays"}),
    ],
)
def test_a_strategy_keeps_its_state_in_these_attributes_and_nowhere_else(kind, kept):
    strategy = kind(min_train_nodes=1, min_available_nodes=1, **momentum(kind))
    before = vars(strategy).copy()
    arrays = ArrayRecord({"w": Array(np.ones(3, dtype=np.float32))})
    list(strategy.configure_train(1, arrays, ConfigRecord(), only([2])))
    content = RecordDict(
        {
            "arrays": ArrayRecord({"w": Array(np.full(3, 2.0, dtype=np.float32))}),
            "metrics": MetricRecord({"num-examples": 4}),
        }
    )
    strategy.aggregate_train(1, [made(content)])
    changed = {name for name, value in vars(strategy).items() if value is not before.get(name)}
    assert changed == kept, missing(f"state of {kind.__name__} in {', '.join(sorted(kept))}")
    state = messages.strategy_state(strategy)
    fresh = kind(min_train_nodes=1, min_available_nodes=1, **momentum(kind))
    messages.set_strategy_state(fresh, state)
    assert {name for name in kept if getattr(fresh, name) is state[name]} == kept


def momentum(kind: type) -> dict[str, float]:
    return {"server_momentum": 0.9} if kind is FedAvgM else {}


def test_a_grid_takes_a_client_that_is_there_already():
    from services.flower.grid import HttpGrid, client_of, use_client

    grid = HttpGrid("127.0.0.1:1", root_certificates=None, token="t")
    assert "_client" in vars(grid), missing("HttpGrid._client")
    assert grid.node.node_id is not None, missing("HttpGrid.node")
    client = import_module("flwr.supercore.runtime").RuntimeHttpClient.from_server_address(
        "127.0.0.1:1", insecure=True, root_certificates=None, interceptors=[]
    )
    use_client(grid, client)
    assert client_of(grid) is client, missing("HttpGrid._runtime_client over HttpGrid._client")


def test_the_loop_of_a_supernode_still_pulls_by_that_name_with_a_state():
    loop = import_module("flwr.supernode.start_client_internal")
    assert "state" in inspect.signature(loop._pull_and_store_message).parameters, missing(
        "state of _pull_and_store_message"
    )
    source = inspect.getsource(loop)
    assert "= _pull_and_store_message(" in source, missing("call of _pull_and_store_message")
    used = {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "time"
    }
    assert used == {"sleep"}, missing("loop that uses time.sleep only")


@pytest.mark.parametrize("name", ["lock_msg_store", "msg_store"])
def test_the_state_of_a_supernode_still_holds_its_messages(name):
    memory = import_module("flwr.supernode.nodestate.in_memory_nodestate")
    assert hasattr(memory.InMemoryNodeState(*state_parts(memory)), name), missing(name)


def state_parts(memory) -> list[object]:
    """Return an object store, if this release's state asks for one."""
    wants = len(inspect.signature(memory.InMemoryNodeState.__init__).parameters) > 1
    store = import_module("flwr.supercore.object_store")
    return [store.ObjectStoreFactory(":memory:").store()] if wants else []


def test_a_superlink_still_knows_every_setting_that_is_given():
    config = import_module("flwr.superlink.config_loader").SuperLinkLifespanConfig
    tree = ast.parse((ROOT / "services/federations/engine/superlink.py").read_text())
    given = {
        word.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == config.__name__
        for word in node.keywords
    }
    lacking = given - set(inspect.signature(config).parameters)
    assert given
    assert not lacking, missing(f"{config.__name__}({', '.join(sorted(lacking))})")


def test_a_superlink_still_keeps_its_state_where_it_is_looked_for():
    source = inspect.getsource(import_module("flwr.superlink.main").create_app)
    assert "app.state.linkstate_factory =" in source, missing("app.state.linkstate_factory")


def imported_from(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    froms = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return {name for name in froms | plain if name == "flwr" or name.startswith("flwr.")}


@pytest.mark.full
def test_nothing_else_reaches_into_flower():
    outside = {
        str(path.relative_to(ROOT)): sorted(imported_from(path) - PUBLIC_MODULES)
        for folder in ("app", "blueprints", "services", "workers", "roundhouse")
        for path in (ROOT / folder).rglob("*.py")
        if "services/flower" not in path.as_posix()
    }
    assert {path: names for path, names in outside.items() if names} == {}


def test_every_name_taken_from_the_inside_is_in_the_list_above():
    listed = {(module, path.split(".")[0]) for module, path in ATTRIBUTES}
    listed |= {(f"flwr.proto.{module}", name) for module, name, _ in FIELDS}
    taken = {
        (node.module, name.name)
        for path in (ROOT / "services/flower").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flwr")
        for name in node.names
        if node.module not in PUBLIC_MODULES
    }
    modules = {(module.rpartition(".")[0], module.rpartition(".")[2]) for module, _ in ATTRIBUTES}
    assert sorted(taken - listed - modules) == []
