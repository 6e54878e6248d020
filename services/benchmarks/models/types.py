"""The words of models."""

from dataclasses import dataclass, field

from services.benchmarks.models.secret import KeyVault


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What of the installation decides about models: its secret, and which addresses may be."""

    vault: KeyVault
    allow_private: bool = False


@dataclass(frozen=True, kw_only=True)
class NewModel:
    """A model to be registered; prices are per million tokens, None where they are not known.

    ``min_vram`` in GiB and ``vllm_serve_cmd`` are notes on how it is served.
    """

    name: str
    base_url: str
    api_key: str | None = field(default=None, repr=False)
    input_price: float | None = None
    output_price: float | None = None
    currency: str = "EUR"
    min_vram: float | None = None
    vllm_serve_cmd: str | None = None
    visibility: str = "private"
