"""What the use cases of federations hand to each other and to an engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LinkAddress:
    """Where a SuperLink is, and how this host's own programs prove themselves to it."""

    address: str
    certificate: bytes
    secret: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A site that may take part: ``node_id`` is None until its SuperLink knows its key.

    ``warnings`` are sentences about its release and its clock.
    """

    name: str
    node_id: int | None
    warnings: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Participants:
    """Who may take part in the runs of a federation, in the order of their names.

    ``absent`` returns why some of them cannot answer now, by name.
    """

    federation: str
    link: LinkAddress
    sites: Sequence[Participant]
    absent: Callable[[], Mapping[str, str]]
