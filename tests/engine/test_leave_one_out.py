"""What a site contributes, held against aggregating without it in plain numpy."""

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from services.engine_kit.serialization import from_bytes
from services.runs.training.config.config import STRATEGIES, TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.engine.learning import learner_for
from services.runs.training.engine.preparation import prepare
from tests.factories import clients
from tests.factories.aggregators import AGGREGATORS, Server
from tests.factories.training import QUICK, table, train

ROUNDS, SITES = 3, 7
SETTINGS = {
    "num_clients": SITES,
    "num_rounds": ROUNDS,
    "partitioner": "dirichlet",
    "dirichlet_alpha": 1.0,
    "min_client_rows": 8,
}


class Kept:
    """A mod that keeps the model and the rows of every update, as flat float64 vectors."""

    def __init__(self):
        self.updates = {}

    def __call__(self, message, context, call_next):
        reply = call_next(message, context)
        if message.metadata.message_type == "train":
            number = int(message.content.config_records["config"]["server-round"])
            site = f"client_{context.node_config['partition-id'] + 1}"
            arrays = reply.content.array_records["arrays"]
            rows = reply.content.metric_records["metrics"]["num-examples"]
            vector = flat(arrays.values())
            self.updates.setdefault(number, {})[site] = (vector, rows)
        return reply


def flat(arrays):
    return np.concatenate([np.asarray(one.numpy(), dtype=np.float64).ravel() for one in arrays])


class Measuring:
    """The mean loss on all sites' validation rows, weighted by rows, by torch's own function."""

    def __init__(self, settings):
        config = TrainingConfig.from_mapping({**QUICK, **SETTINGS, **settings})
        self.prepared = prepare(table(280), config, FEDERATED, torch.device("cpu"))
        self.network = learner_for(config, self.prepared, None).network.eval()
        rows = [shard.validation for shard in self.prepared.shards]
        self.rows = torch.from_numpy(np.concatenate(rows))

    def loss(self, model):
        torch.nn.utils.vector_to_parameters(torch.from_numpy(model), self.network.parameters())
        self.network.double()
        with torch.inference_mode():
            logits = self.network(self.prepared.x[self.rows].double())[:, 0]
        targets = self.prepared.y[self.rows].double()
        return float(binary_cross_entropy_with_logits(logits, targets))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_contribution_is_that_of_aggregating_without_the_site(strategy):
    kept, settings = Kept(), {"strategy": strategy, "contribution": "every_round"}
    data = table(280)
    _, recorder = train(FEDERATED, data, mods=[kept], **SETTINGS, **settings)
    aggregate, measuring = AGGREGATORS[strategy], Measuring(settings)
    server = Server(ordered(recorder.checkpoints[0], measuring))
    for number in range(1, ROUNDS + 1):
        updates = kept.updates[number]
        after = aggregate(server, *zip(*updates.values(), strict=True))
        own = ordered(recorder.checkpoints[number], measuring)
        np.testing.assert_allclose(own, after.model, rtol=1e-4, atol=1e-6)
        with_all = measuring.loss(after.model)
        expected = {
            site: with_all - measuring.loss(aggregate(server, *without(updates, site)).model)
            for site in updates
        }
        told = {
            part.client: part.leave_one_out for part in recorder.clients if part.round == number
        }
        assert told == pytest.approx(expected, abs=2e-6), number
        if strategy != "krum":  # there only the site that was taken makes a difference
            assert len({round(value, 9) for value in told.values()}) == SITES
        server = Server(own, number + 1, after.state)


def without(updates, site):
    rest = [pair for name, pair in updates.items() if name != site]
    return zip(*rest, strict=True)


def ordered(checkpoint, measuring):
    """Return a checkpoint's model in the order in which the network has its parameters."""
    tensors = from_bytes(checkpoint.files["weights.safetensors"])
    return flat(tensors[name] for name, _ in measuring.network.named_parameters())


@pytest.mark.parametrize("rate", [1e-6, 1e-3])
def test_krum_takes_the_update_nearest_to_the_others_at_any_learning_rate(rate):
    """Blanchard et al., 2017, in float64 over updates: twelve rounds, one bad client."""
    kept = Kept()
    _, recorder = train(
        FEDERATED,
        table(280),
        mods=[kept, clients.of_client(2, clients.huge)],
        strategy="krum",
        learning_rate=rate,
        min_lr=0.0,
        lr_scheduler="none",
        num_rounds=12,
        **{name: value for name, value in SETTINGS.items() if name != "num_rounds"},
    )
    measuring = Measuring({"strategy": "krum"})
    for number in range(1, 13):
        server = Server(ordered(recorder.checkpoints[number - 1], measuring))
        updates = {**kept.updates[number]}
        right = AGGREGATORS["krum"](server, *zip(*updates.values(), strict=True))
        weights = {part.client: part.weight for part in recorder.clients if part.round == number}
        (taken,) = [client for client, weight in weights.items() if weight == 1.0]
        assert np.array_equal(updates[taken][0], right.model), number
        assert np.array_equal(ordered(recorder.checkpoints[number], measuring), right.model)
        assert taken != "client_2"
