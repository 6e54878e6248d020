"""A model of one client alone: its rows of the federation, the same held-out rows."""

import json

import pytest

from app.errors import Invalid
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.config.rules import DataFacts, validate_for
from tests.factories.training import QUICK, centralised, federated, table, train

PARTITIONS = [
    {"partitioner": "equal"},
    {"partitioner": "dirichlet", "dirichlet_alpha": 1.0, "min_client_rows": 20},
]
FACTS = DataFacts(kind="table", num_rows=160, num_patients=160, class_counts={"a": 80, "b": 80})


def split(result):
    return json.loads(result.files["split.json"])


@pytest.mark.parametrize("partition", PARTITIONS)
def test_a_client_alone_trains_on_exactly_its_rows_of_the_federation(partition):
    together = split(federated(num_rounds=1, **partition)[0])
    for client, rows in together["clients"].items():
        alone = split(centralised(epochs=1, only_client=client, **partition)[0])
        assert alone == {"test": together["test"], **rows}


def test_a_client_of_a_column_trains_alone():
    data = table(240, hospitals=["North", "South", "East"])
    partition = {"partitioner": "column", "partition_column": "hospital"}
    together = split(train(FEDERATED, data, num_rounds=1, **partition)[0])
    alone = split(train(CENTRALIZED, data, only_client="South", epochs=1, **partition)[0])
    assert alone == {"test": together["test"], **together["clients"]["South"]}
    with pytest.raises(Invalid, match="Did you mean North"):
        train(CENTRALIZED, data, only_client="north", **partition)


def test_a_federation_takes_no_notice_of_it():
    assert split(federated(only_client="client_1")[0]) == split(federated()[0])


@pytest.mark.parametrize("name", ["client_4", "client_0", "x"])
def test_a_client_that_there_will_not_be_is_refused_before_the_start(name):
    config = TrainingConfig.from_mapping({**QUICK, "only_client": name})
    with pytest.raises(Invalid) as caught:
        validate_for(config, CENTRALIZED, FACTS)
    assert "client_1 to client_3" in caught.value.errors["only_client"][0]
    validate_for(config, FEDERATED, FACTS)


def test_too_few_rows_for_the_partition_are_refused_before_the_start():
    config = TrainingConfig.from_mapping(
        {**QUICK, "only_client": "client_1", "min_client_rows": 50}
    )
    with pytest.raises(Invalid) as caught:
        validate_for(config, CENTRALIZED, FACTS)
    assert "num_clients" in caught.value.errors
