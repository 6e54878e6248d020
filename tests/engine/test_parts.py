"""Networks, losses, images, weights and the rows that they see."""

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import nn
from torch.nn import functional

from services.engine_kit.codec import decode, encode
from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import as_json, from_bytes, load_pretrained
from services.runs.training.config.config import NETWORKS, TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.engine import images as pictures
from services.runs.training.engine.augmentation import augmented
from services.runs.training.engine.batches import in_order, shuffled
from services.runs.training.engine.losses import class_weights, loss_function
from services.runs.training.engine.networks import build, train_mode
from services.runs.training.engine.preparation import prepare
from tests.factories.training import QUICK, images, table, train

CPU = torch.device("cpu")


def config(**settings):
    return TrainingConfig.from_mapping({**QUICK, **settings})


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(("channels", "classes", "logits"), [(1, 2, 1), (3, 5, 5)])
def test_every_network_takes_grey_and_coloured_images(network, channels, classes, logits):
    settings = config(network=network, batch_norm=True)
    built = build(settings, (channels, 32, 32), classes, seed=1).eval()
    with torch.inference_mode():
        assert built(torch.zeros(2, channels, 32, 32)).shape == (2, logits)


def test_a_cnn_takes_images_of_eight_pixels_however_deep():
    built = build(config(network="cnn", hidden_sizes=[4] * 6), (1, 8, 8), 10, seed=1)
    assert built(torch.zeros(2, 1, 8, 8)).shape == (2, 10)


def test_first_weights_depend_on_the_seed_alone():
    torch.manual_seed(5)
    first = build(config(), (6,), 2, seed=1).state_dict()
    torch.manual_seed(6)
    again, other = (build(config(), (6,), 2, seed=seed).state_dict() for seed in (1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["0.weight"], other["0.weight"])


@pytest.mark.parametrize("network", ["resnet18", "cnn"])
def test_a_network_that_does_not_fit_the_data_says_what_would(network):
    shape = (1, 8, 8) if network == "resnet18" else (6,)
    with pytest.raises(TrainingFailedError, match=r"take cnn|take mlp"):
        build(config(network=network), shape, 2, seed=1)


@pytest.mark.parametrize(
    ("network", "last"),
    [
        ("resnet18", ("layer4.1.conv2", "layer4.1.bn2", "fc")),
        (
            "densenet121",
            ("features.denseblock4.denselayer16.layers.conv2", "features.norm5", "class"),
        ),
    ],
)
def test_a_frozen_backbone_learns_in_its_last_layers_only(network, last):
    size = {"network": network, "img_size": [32, 32], "epochs": 1, "batch_size": 32}
    start = build(config(**size), (1, 32, 32), 2, seed=9).state_dict()
    result, _ = train(
        CENTRALIZED,
        images(48),
        pretrained=save(start),
        freeze_backbone=True,
        fine_tune_layers_count=1,
        use_imagenet_norm=False,
        **size,
    )
    after = from_bytes(result.files["last.safetensors"])
    moved = {name for name in start if not torch.equal(start[name], after[name])}
    assert moved
    assert all(name.startswith(last) for name in moved)
    assert {name.split(".")[-1] for name in moved} >= {"weight", "bias", "running_mean"}


def test_a_frozen_batch_norm_keeps_its_statistics():
    network = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1))
    network[1].requires_grad_(requires_grad=False)
    train_mode(network)
    assert (network[0].training, network[1].training) == (True, False)


def test_freezing_without_weights_is_refused():
    with pytest.raises(TrainingFailedError, match="needs a safetensors file"):
        train(CENTRALIZED, freeze_backbone=True)


def test_a_federation_leaves_frozen_weights_alone():
    start = build(config(batch_norm=True), (6,), 2, seed=9).state_dict()
    result, _ = train(
        FEDERATED,
        pretrained=save(start),
        freeze_backbone=True,
        fine_tune_layers_count=0,
        batch_norm=True,
        strategy="fedadam",
    )
    after = from_bytes(result.files["last.safetensors"])
    moved = {name for name in start if not torch.equal(start[name], after[name])}
    assert moved == {"4.weight", "4.bias"}


def test_weights_of_another_network_are_refused_and_named():
    network = build(config(), (6,), 2, seed=1)
    with pytest.raises(TrainingFailedError, match="None of the 1 tensors"):
        load_pretrained(network, save({"conv.weight": torch.zeros(3)}))
    with pytest.raises(TrainingFailedError, match="not a readable safetensors"):
        load_pretrained(network, b"\x80\x04pickle")


def test_weights_that_fit_in_part_tell_what_is_missing():
    network = build(config(), (6,), 2, seed=1)
    given = {"0.weight": torch.ones(8, 6)}
    assert load_pretrained(network, save(given)) == ["0.bias", "3.weight", "3.bias"]
    assert (network[0].weight == 1).all()


def test_balanced_weights_make_each_class_count_the_same():
    counts = torch.tensor([300, 100])
    weights = class_weights(config(class_weights="balanced"), counts)
    assert (weights * counts).tolist() == [200, 200]
    assert class_weights(config(), counts) is None


def test_two_classes_weigh_the_positive_one():
    logits, targets = torch.tensor([[0.3], [-0.2]]), torch.tensor([1, 0])
    loss = loss_function(config(), torch.tensor([0.5, 1.5]), 2)(logits, targets)
    expected = functional.binary_cross_entropy_with_logits(
        logits[:, 0], targets.float(), pos_weight=torch.tensor(3.0)
    )
    assert loss == expected


@pytest.mark.parametrize("classes", [2, 4])
def test_a_focal_loss_without_focus_is_cross_entropy(classes):
    draw = torch.Generator().manual_seed(1)
    logits = torch.randn(9, 1 if classes == 2 else classes, generator=draw)
    targets = torch.randint(0, classes, (9,), generator=draw)
    plain = loss_function(config(label_smoothing=0.1), None, classes)(logits, targets)
    settings = config(loss="focal", focal_gamma=0.0, focal_alpha=0.5, label_smoothing=0.1)
    focal = loss_function(settings, None, classes)(logits, targets)
    torch.testing.assert_close(focal, plain / 2 if classes == 2 else plain)


def test_a_focal_loss_is_the_published_formula():
    logits, targets = torch.tensor([[0.8], [0.4]]), torch.tensor([1, 0])
    p = torch.sigmoid(logits[:, 0])
    expected = (-0.25 * (1 - p[0]) ** 2 * p[0].log() - 0.75 * p[1] ** 2 * (1 - p[1]).log()) / 2
    loss = loss_function(config(loss="focal"), None, 2)(logits, targets)
    torch.testing.assert_close(loss, expected)


def test_batches_hold_every_row_once_and_no_single_row():
    batches = shuffled(torch.arange(33), 16, seed=4)
    assert [len(batch) for batch in batches] == [16, 17]
    assert sorted(torch.cat(batches).tolist()) == list(range(33))
    assert len(in_order(torch.arange(1), 16)) == 1


def test_features_are_scaled_by_the_training_rows_alone():
    data = table(200)
    before = prepare(data, config(), CENTRALIZED, CPU)
    train_rows = before.x[torch.from_numpy(before.split.train)]
    torch.testing.assert_close(train_rows.mean(dim=0), torch.zeros(6), atol=1e-5, rtol=0)
    torch.testing.assert_close(train_rows.std(dim=0, correction=0), torch.ones(6))
    data.x[before.split.test] += 1e6
    after = prepare(data, config(), CENTRALIZED, CPU)
    assert torch.equal(after.mean, before.mean)


def test_a_federation_scales_by_the_sums_of_its_sites():
    prepared = prepare(table(200), config(), FEDERATED, CPU)
    rows = np.concatenate([shard.train for shard in prepared.shards])
    exact = table(200).x[rows].astype(np.float64)
    np.testing.assert_allclose(prepared.mean.numpy(), exact.mean(axis=0))
    np.testing.assert_allclose(prepared.deviation.numpy(), exact.std(axis=0))


def test_a_patient_at_two_hospitals_never_validates():
    data = table(200, rows_per_patient=2, hospitals=["North", "South"])
    settings = config(partitioner="column", partition_column="hospital")
    prepared = prepare(data, settings, FEDERATED, CPU)
    assert [len(shard.validation) for shard in prepared.shards] == [0, 0]


def test_a_site_of_one_large_patient_keeps_its_rows_for_training():
    data = table(200, hospitals=["North", "South"])
    data.patients[1::2] = "one"
    data.patients[199] = "other"
    settings = config(partitioner="column", partition_column="hospital", seed=8)
    prepared = prepare(data, settings, FEDERATED, CPU)
    assert all(len(shard.train) >= 2 for shard in prepared.shards)


def test_a_patient_of_one_site_is_on_one_side_only():
    data = table(300, rows_per_patient=3)
    prepared = prepare(data, config(), FEDERATED, CPU)
    for shard in prepared.shards:
        assert len(shard.validation) > 0
        assert not set(data.patients[shard.train]) & set(data.patients[shard.validation])


@pytest.mark.parametrize(
    ("mode", "channels", "expected"),
    [("auto", 1, 1), ("auto", 3, 3), ("RGB", 1, 3), ("L", 3, 1)],
)
def test_images_take_the_colours_asked_for(mode, channels, expected):
    done = pictures.prepared(images(4, channels=channels).x, config(color_mode=mode))
    assert done.shape == (4, expected, 8, 8)
    assert done.dtype == torch.uint8


def test_images_take_the_size_asked_for_and_are_never_larger_than_256_by_themselves():
    assert pictures.prepared(images(2).x, config(img_size=[16, 12])).shape[2:] == (16, 12)
    wide = np.zeros((1, 300, 200, 1), dtype=np.uint8)
    assert pictures.prepared(wide, config()).shape[2:] == (256, 200)


def test_image_threads_change_nothing_but_the_time():
    data = images(70, channels=3).x
    settings = {"use_custom_preprocessing": True, "adaptive_histogram": True, "img_size": [20, 20]}
    alone, many = (pictures.prepared(data, config(num_workers=n, **settings)) for n in (0, 3))
    assert torch.equal(alone, many)


def test_a_contrast_stretch_uses_the_whole_range():
    dull = torch.linspace(0.4, 0.6, 64).view(1, 1, 8, 8)
    stretched = pictures.stretched(dull, 5, 95)
    assert (float(stretched.min()), float(stretched.max())) == (0.0, 1.0)
    assert (stretched.flatten().diff() >= 0).all()


def test_sharpening_widens_the_step_at_an_edge():
    edge = torch.cat([torch.full((1, 1, 8, 4), 0.3), torch.full((1, 1, 8, 4), 0.7)], dim=3)
    sharp = pictures.sharpened(edge, 1.0)
    assert float(sharp[0, 0, 4, 3]) < 0.3
    assert float(sharp[0, 0, 4, 4]) > 0.7
    assert torch.equal(pictures.sharpened(edge, 0.0), edge)


def test_an_adaptive_histogram_spreads_a_dull_image():
    dull = torch.from_numpy(np.random.default_rng(0).uniform(0.45, 0.55, (1, 1, 64, 64)))
    spread = pictures.equalised(dull, 40.0)
    assert float(spread.std()) > 3 * float(dull.std())
    assert float(spread.min()) >= 0
    assert float(spread.max()) <= 1


def test_no_preprocessing_leaves_the_pixels_alone():
    data = images(3).x
    assert np.array_equal(pictures.prepared(data, config()).permute(0, 2, 3, 1).numpy(), data)


def test_augmentation_is_seeded_and_strength_zero_changes_nothing():
    pixels = torch.rand(4, 1, 16, 16)
    first, again = (augmented(pixels, 1.0, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(first, again)
    assert not torch.allclose(first, pixels)
    still = augmented(pixels, 0.0, torch.Generator().manual_seed(1))
    torch.testing.assert_close(still, pixels, atol=1e-5, rtol=0)


def test_a_checkpoint_tree_survives_json():
    tree = {
        "a": [1, 2.5, None, True, "x", (1, "y"), ["$tuple"]],
        "b": {0: torch.arange(3), "k": {"lr": float("inf")}},
        "c": [("$tensor",), []],
    }
    tensors = {}
    coded = encode(tree, tensors)
    as_json({"tree": coded})
    back = decode(coded, tensors)
    assert back["a"] == tree["a"]
    assert back["b"]["k"] == {"lr": float("inf")}
    assert torch.equal(back["b"][0], torch.arange(3))
    assert back["c"] == tree["c"]


def test_a_checkpoint_refuses_what_is_not_data():
    with pytest.raises(TypeError, match="cannot hold a function"):
        encode({"f": lambda: None}, {})
