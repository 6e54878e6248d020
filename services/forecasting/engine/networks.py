"""The four networks: windows (n, input steps, inputs) in, (n, output steps, outputs) out.

The last layer begins at zero, so that an untrained network forecasts 0, the lower end of the
scale, and not noise. Hidden layers begin as Keras' do: Glorot (2010) and, between the steps of
an LSTM, orthogonal (Saxe et al., 2013), with a forget bias of 1 (Jozefowicz et al., 2015).
"""

import itertools
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

from services.forecasting.engine.activations import activation
from services.forecasting.models.families import (
    ArLstmSettings,
    CnnSettings,
    DenseSettings,
    LstmSettings,
    NetworkSettings,
)
from services.forecasting.models.ports import WindowShape

State = tuple[Tensor, Tensor]  # hidden and cell state, (layers, n, units)
Layer = TypeVar("Layer", nn.Linear, nn.Conv2d)


class DenseNetwork(nn.Module):
    """Fully connected layers on the flattened window."""

    def __init__(self, settings: NetworkSettings, shape: WindowShape) -> None:
        super().__init__()
        (steps, columns), self.output_size = shape.input_size, shape.output_size
        widths = [steps * columns, *[settings.units] * settings.layers]
        pairs = itertools.pairwise(widths)
        self.hidden = nn.ModuleList(_glorot(nn.Linear(*pair)) for pair in pairs)
        self.head = zero_head(widths[-1], self.output_size[0] * self.output_size[1])
        self.activate = activation(settings.activation)

    def forward(self, windows: Tensor) -> Tensor:
        """Return forecasts."""
        values = windows.flatten(1)
        for layer in self.hidden:
            values = self.activate(layer(values))
        return cast("Tensor", self.head(values)).unflatten(1, self.output_size)


class ConvolutionNetwork(nn.Module):
    """Convolutions over the window as an image (steps, inputs) of one channel.

    Where the output has the size of the input, the last 1 × 1 convolution is the forecast;
    otherwise a dense layer makes it of the last map.
    """

    def __init__(self, settings: CnnSettings, shape: WindowShape) -> None:
        super().__init__()
        self.output_size, kernel = shape.output_size, settings.kernel_size
        channels = [1, *[settings.units] * settings.layers]
        pairs = itertools.pairwise(channels)
        self.hidden = nn.ModuleList(
            _glorot(nn.Conv2d(*pair, kernel, padding=kernel // 2)) for pair in pairs
        )
        self.squeeze = _glorot(nn.Conv2d(channels[-1], 1, 1))
        self.head: nn.Linear | None = None
        if shape.input_size == shape.output_size:
            nn.init.zeros_(self.squeeze.weight)
        else:
            inputs = shape.input_size[0] * shape.input_size[1]
            self.head = zero_head(inputs, self.output_size[0] * self.output_size[1])
        self.activate = activation(settings.activation, channels=1)

    def forward(self, windows: Tensor) -> Tensor:
        """Return forecasts."""
        values = windows.unsqueeze(1)
        for layer in self.hidden:
            values = self.activate(layer(values))
        values = self.squeeze(values).squeeze(1)
        if self.head is None:
            return values
        return cast("Tensor", self.head(values.flatten(1))).unflatten(1, self.output_size)


class LstmStack(nn.Module):
    """Layers of LSTM (Hochreiter and Schmidhuber, 1997) with any activation in place of tanh."""

    def __init__(self, columns: int, settings: NetworkSettings) -> None:
        super().__init__()
        self.cells = nn.LSTM(columns, settings.units, settings.layers, batch_first=True)
        self.layers, self.units, self.name = settings.layers, settings.units, settings.activation
        self.activate = activation(self.name)
        for layer in range(self.layers):
            _start_cells(*self.parameters_of(layer), self.units)

    def parameters_of(self, layer: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return a layer's weights of input and state and both biases; gates i, f, g, o."""
        kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        input_, state, *biases = (getattr(self.cells, f"{kind}_l{layer}") for kind in kinds)
        return input_, state, biases[0], biases[1]

    def forward(self, steps: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Return the last layer's hidden states (n, steps, units) and the state at the end."""
        if self.name == "tanh":
            # torch's own is this, in one call
            return cast("tuple[Tensor, State]", self.cells(steps, state))
        if state is None:
            zeros = steps.new_zeros(self.layers, len(steps), self.units)
            state = (zeros, zeros)
        ends = []
        for layer in range(self.layers):
            steps, end = self._run(layer, steps, (state[0][layer], state[1][layer]))
            ends.append(end)
        return steps, (torch.stack([h for h, _ in ends]), torch.stack([c for _, c in ends]))

    def _run(self, layer: int, steps: Tensor, state: State) -> tuple[Tensor, State]:
        of_input, of_state, bias, other_bias = self.parameters_of(layer)
        driven = steps @ of_input.T + (bias + other_bias)
        (h, c), hidden = state, []
        for step in range(steps.shape[1]):
            i, f, g, o = (driven[:, step] + h @ of_state.T).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * self.activate(g)
            h = torch.sigmoid(o) * self.activate(c)
            hidden.append(h)
        return torch.stack(hidden, dim=1), (h, c)


class LstmNetwork(nn.Module):
    """A forecast from each step's hidden state; encoder and decoder for unequal numbers of steps.

    The decoder begins with the encoder's state and reads its last hidden state at every step.
    """

    def __init__(self, settings: NetworkSettings, shape: WindowShape) -> None:
        super().__init__()
        self.output_steps, outputs = shape.output_size
        self.encoder = LstmStack(shape.input_size[1], settings)
        self.decoder: LstmStack | None = None
        if shape.input_steps != shape.output_steps:
            self.decoder = LstmStack(settings.units, settings)
        self.head = zero_head(settings.units, outputs)

    def forward(self, windows: Tensor) -> Tensor:
        """Return forecasts."""
        hidden, state = self.encoder(windows)
        if self.decoder is not None:
            last = hidden[:, -1:].expand(-1, self.output_steps, -1)
            hidden, _ = self.decoder(last.contiguous(), state)
        return cast("Tensor", self.head(hidden))


class ArLstmNetwork(nn.Module):
    """An encoder, and a decoder that reads its own forecast of the step before.

    So in training as in use: no true output is ever shown to it. Where there are equally many
    steps, the decoder reads the inputs of its step as well. Before the first step comes 0.
    """

    def __init__(self, settings: NetworkSettings, shape: WindowShape) -> None:
        super().__init__()
        self.output_steps, self.outputs = shape.output_size
        self.reads_inputs = shape.input_steps == shape.output_steps
        columns = shape.input_size[1]
        self.encoder = LstmStack(columns, settings)
        read = self.outputs + (columns if self.reads_inputs else 0)
        self.decoder = LstmStack(read, settings)
        self.head = zero_head(settings.units, self.outputs)

    def forward(self, windows: Tensor) -> Tensor:
        """Return forecasts."""
        _, state = self.encoder(windows)
        forecast = windows.new_zeros(len(windows), self.outputs)
        forecasts = []
        for step in range(self.output_steps):
            read = forecast
            if self.reads_inputs:
                read = torch.cat([forecast, windows[:, step]], dim=1)
            hidden, state = self.decoder(read.unsqueeze(1), state)
            forecast = self.head(hidden[:, 0])
            forecasts.append(forecast)
        return torch.stack(forecasts, dim=1)


def network_for(settings: NetworkSettings, shape: WindowShape) -> nn.Module:
    """Return the untrained network of a family."""
    if isinstance(settings, DenseSettings):
        return DenseNetwork(settings, shape)
    if isinstance(settings, CnnSettings):
        return ConvolutionNetwork(settings, shape)
    if isinstance(settings, LstmSettings):
        return LstmNetwork(settings, shape)
    if isinstance(settings, ArLstmSettings):
        return ArLstmNetwork(settings, shape)
    raise TypeError(f"There is no network for {type(settings).__name__}.")


def zero_head(inputs: int, outputs: int) -> nn.Linear:
    """Return a last layer that begins at zero."""
    head = nn.Linear(inputs, outputs)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return head


def _glorot(layer: Layer) -> Layer:
    nn.init.xavier_uniform_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _start_cells(
    of_input: Tensor, of_state: Tensor, bias: Tensor, other: Tensor, units: int
) -> None:
    nn.init.xavier_uniform_(of_input)
    for gate in of_state.detach().chunk(4):
        nn.init.orthogonal_(gate)
    nn.init.zeros_(bias)
    nn.init.zeros_(other)
    bias.detach()[units : 2 * units] = 1.0
