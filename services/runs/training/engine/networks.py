"""The networks that can be chosen: the same ones in both modes.

Convention: two classes give one logit (sigmoid, threshold 0.5), more give one logit each.
"""

from collections.abc import Sequence

import torch
from torch import nn

from services.engine_kit.environment import seed_torch
from services.engine_kit.errors import TrainingFailedError
from services.runs.training.config.config import TrainingConfig

DENSENETS = ("densenet121", "densenet169")
RESNETS = ("resnet18", "resnet34", "resnet50")
MIN_PIXELS = 32  # the deep ones halve the image five times


def outputs(num_classes: int) -> int:
    """Return how many logits separate ``num_classes`` classes."""
    return 1 if num_classes == 2 else num_classes


def build(config: TrainingConfig, shape: Sequence[int], num_classes: int, seed: int) -> nn.Module:
    """Return the network for inputs of ``shape`` (features,) or (channels, height, width).

    Its first weights depend on ``seed`` alone.
    """
    with torch.random.fork_rng(devices=[]):
        seed_torch(seed)
        return _build(config, tuple(shape), outputs(num_classes))


def _build(config: TrainingConfig, shape: tuple[int, ...], logits: int) -> nn.Module:
    if config.network == "mlp":
        return _mlp(config, shape, logits)
    if len(shape) != 3:
        raise TrainingFailedError(f"{config.network} trains on images; take mlp for tables.")
    if config.network == "cnn":
        return _cnn(config, shape[0], logits)
    if min(shape[1:]) < MIN_PIXELS:
        raise TrainingFailedError(
            f"{config.network} needs images of at least {MIN_PIXELS} x {MIN_PIXELS} pixels; "
            f"these have {shape[1]} x {shape[2]}. Set img_size or take cnn."
        )
    return (
        _resnet(config, shape[0], logits)
        if config.network in RESNETS
        else _densenet(config, shape[0], logits)
    )


def _mlp(config: TrainingConfig, shape: tuple[int, ...], logits: int) -> nn.Module:
    layers: list[nn.Module] = [nn.Flatten()] if len(shape) > 1 else []
    width = 1
    for size in shape:
        width *= size
    for hidden in config.hidden_sizes:
        layers.append(nn.Linear(width, hidden))
        if config.batch_norm:
            layers.append(nn.BatchNorm1d(hidden))
        layers += [nn.ReLU(), nn.Dropout(config.dropout_rate)]
        width = hidden
    return nn.Sequential(*layers, nn.Linear(width, logits))


def _cnn(config: TrainingConfig, channels: int, logits: int) -> nn.Module:
    layers: list[nn.Module] = []
    for hidden in config.hidden_sizes:
        # ceil_mode keeps a last pixel however often an 8 x 8 image is halved
        layers.append(nn.Conv2d(channels, hidden, kernel_size=3, padding=1))
        if config.batch_norm:
            layers.append(nn.BatchNorm2d(hidden))
        layers += [nn.ReLU(), nn.MaxPool2d(2, ceil_mode=True)]
        channels = hidden
    head = (nn.Flatten(), nn.Dropout(config.dropout_rate), nn.Linear(channels, logits))
    return nn.Sequential(*layers, MeanPool(), *head)


class MeanPool(nn.Module):
    """The mean over height and width; unlike torch's adaptive pool it is repeatable on GPUs."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return (n, channels) of (n, channels, height, width)."""
        return x.mean(dim=(2, 3))


def _resnet(config: TrainingConfig, channels: int, logits: int) -> nn.Module:
    from monai.networks import nets

    network: nn.Module = getattr(nets, config.network)(
        pretrained=False, spatial_dims=2, n_input_channels=channels, num_classes=logits
    )
    network.fc = nn.Sequential(nn.Dropout(config.dropout_rate), network.fc)
    return network


def _densenet(config: TrainingConfig, channels: int, logits: int) -> nn.Module:
    from monai.networks import nets

    name = config.network.replace("densenet", "DenseNet")
    network: nn.Module = getattr(nets, name)(
        spatial_dims=2, in_channels=channels, out_channels=logits
    )
    head = network.class_layers.out
    network.class_layers.out = nn.Sequential(nn.Dropout(config.dropout_rate), head)
    return network


def freeze_backbone(network: nn.Module, layers: int) -> None:
    """Leave only the head and the last ``layers`` layers before it to be trained.

    A layer is what multiplies (a convolution, a linear map) with the normalisation after it.
    """
    own = [module for module in network.modules() if list(module.parameters(recurse=False))]
    starts = [place for place, module in enumerate(own) if _multiplies(module)]
    first = starts[max(len(starts) - 1 - layers, 0)]
    for module in own[:first]:
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(requires_grad=False)


def _multiplies(module: nn.Module) -> bool:
    return any(parameter.dim() > 1 for parameter in module.parameters(recurse=False))


def train_mode(network: nn.Module) -> None:
    """Put the network into training, but the BatchNorm of frozen layers: its statistics stay."""
    network.train()
    for module in network.modules():
        own = list(module.parameters(recurse=False))
        if own and not any(parameter.requires_grad for parameter in own):
            module.eval()
