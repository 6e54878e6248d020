"""What a worker's parent imports once, so that its children start with the pages shared.

Imports only: torch must not compute before the fork (its threads would be missing in the child).
"""

from services.engine_kit.environment import silence

silence()

import torch._dynamo  # noqa: E402, F401 - every optimizer of torch imports it: two seconds

import services.runs.training.engine.federated.train  # noqa: E402, F401
