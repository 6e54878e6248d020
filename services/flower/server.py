"""Flower's SuperLink: its application, its settings, and the state that holds its nodes."""

from typing import cast

from fastapi import FastAPI
from flwr.common.constant import (
    HEARTBEAT_DEFAULT_INTERVAL,
    NOOP_ACCOUNT_NAME,
    NOOP_FLWR_AID,
    Status,
)
from flwr.proto.node_pb2 import NodeInfo
from flwr.server.superlink.linkstate import LinkState
from flwr.supercore.constant import NodeStatus
from flwr.superlink.auth_plugin import NoOpControlAuthnPlugin
from flwr.superlink.cli.flower_superlink import SuperLinkLifespan
from flwr.superlink.config_loader import SuperLinkLifespanConfig
from flwr.superlink.main import create_app

__all__ = [
    "HEARTBEAT_DEFAULT_INTERVAL",
    "NOOP_ACCOUNT_NAME",
    "NOOP_FLWR_AID",
    "LinkState",
    "NoOpControlAuthnPlugin",
    "NodeInfo",
    "NodeStatus",
    "Status",
    "SuperLinkLifespan",
    "SuperLinkLifespanConfig",
    "create_app",
    "state_of",
]


def state_of(app: FastAPI) -> LinkState:
    """Return the state of a SuperLink's application."""
    return cast("LinkState", app.state.linkstate_factory.state())
