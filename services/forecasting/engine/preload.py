"""What a worker's parent imports once, so that its children start with the pages shared.

Imports only: nothing may compute before the fork (its threads would be missing in the child).
"""

from services.engine_kit.environment import silence

silence()

import torch._dynamo  # noqa: E402, F401 - every optimizer of torch imports it: two seconds

import services.forecasting.engine.network_fit  # noqa: E402
import services.forecasting.engine.svr  # noqa: E402
import services.forecasting.engine.trees  # noqa: E402, F401
