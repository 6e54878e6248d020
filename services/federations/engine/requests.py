"""Questions to the sites before the first round: what they have, and what scaling needs of it.

Who cannot answer, or has something else than the others, is named in the log and left out.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from flwr.app import Message, RecordDict

from services.datasets.load import fitting
from services.datasets.types import TrainingData
from services.engine_kit.errors import TrainingFailedError
from services.federations.domain.agreement import Agreement, DisagreementError, Offer, agree, listed
from services.federations.engine.columns import fit_to_json, read_columns
from services.federations.engine.facts import SiteFacts, SitePlan
from services.federations.engine.grid_transport import GridTransport
from services.federations.engine.offers import read_offer
from services.federations.engine.preparing import shape_of
from services.federations.engine.run_certificate import certify_here
from services.federations.engine.site_certificate import read_certificate
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data.table import ColumnCounts, TableFit
from services.runs.training.ports import TrainingRecorder, TrainingTask

Answer = TypeVar("Answer")
MODES = {1: "L", 3: "RGB"}


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Asks the sites ``nodes`` (numbers and names) for a run.

    ``fit`` is what was agreed of their columns, once it was.
    """

    task: TrainingTask
    recorder: TrainingRecorder
    transport: GridTransport
    nodes: Mapping[int, str]
    fit: TableFit | None = None

    def offers(self) -> list[Offer]:
        """Return what each site has, by name."""
        return self._query(open_question(self.task), read_offer)

    def columns(self) -> dict[str, ColumnCounts]:
        """Return what each site says of the columns with gaps and of categories, by its name."""
        data = self.task.data

        def read(content: RecordDict, site: str) -> tuple[str, ColumnCounts]:
            return site, read_columns(content, data)

        return dict(self._query(question(self.task, None), read))

    def facts(self) -> list[SiteFacts]:
        """Return what each site reports of the rows that fit the task's data."""
        task, classes = self.task, len(self.task.data.classes)
        expected = shape_of(task.data, task.config, self.fit)
        fits = certify_here(task, self.fit)

        def read(content: RecordDict, site: str) -> SiteFacts:
            facts = SiteFacts.of(content, classes)
            if list(facts.shape) != list(expected):
                raise ValueError(
                    f"its rows have the shape {list(facts.shape)}, not {list(expected)}"
                )
            certificate = read_certificate(content, facts, fits)
            # a site speaks for itself alone
            return replace(facts, site=site, certificate=certificate)

        return self._query(question(task, self.fit), read)

    def leave_out(self, site: str, reason: str) -> None:
        """Say in the log why a site does not take part."""
        self.recorder.log("warning", f"{site} does not take part: {reason}.")

    def _query(self, plan: SitePlan, read: Callable[[RecordDict, str], Answer]) -> list[Answer]:
        transport, answers = self.transport, {}
        transport.plans = {node: replace(plan, site=name) for node, name in self.nodes.items()}
        messages = [
            Message(RecordDict(), dst_node_id=node, message_type="query") for node in self.nodes
        ]
        for one in transport.deliver(messages, lambda *_: None):
            name = self.nodes[one.node]
            if one.answer.has_error():
                self.leave_out(name, one.answer.error.reason)
                continue
            try:
                answers[name] = read(one.answer.content, name)
            except (ValueError, TypeError) as error:
                self.leave_out(name, str(error))
        return [answers[name] for name in self.nodes.values() if name in answers]


def agreement_of(questions: Questions, offers: Sequence[Offer]) -> tuple[Agreement, set[str]]:
    """Return what the sites have in common, and the sites that have something else.

    Raises ``TrainingFailedError`` where nobody can say which sites are right.
    """
    try:
        outcome = agree(offers)
    except DisagreementError as error:
        raise TrainingFailedError(str(error)) from None
    for site, reason in outcome.refused.items():
        questions.leave_out(site, reason)
    for site, note in outcome.notes.items():
        questions.recorder.log("info", f"{site} {note}.")
    made = outcome.agreement
    number = len(made.features) + len(made.categories)
    columns = f" and {number} columns" if made.kind == "table" else ""
    questions.recorder.log(
        "info", f"The sites agree on {len(made.classes)} classes ({listed(made.classes)}){columns}."
    )
    return made, set(outcome.refused)


def without_rows(agreement: Agreement, config: TrainingConfig) -> TrainingData:
    """Return the data of a server that has no row: what a network for it looks like."""
    shape: tuple[int, ...] = (0, len(agreement.features))
    if agreement.image_shape is not None:
        height, width, channels = agreement.image_shape
        height, width = config.img_size or fitting(height, width)
        modes = {"L": 1, "RGB": 3}
        shape = (0, height, width, modes.get(config.color_mode, channels))
    return TrainingData(
        kind=agreement.kind,
        x=np.zeros(shape, dtype=np.float32 if agreement.kind == "table" else np.uint8),
        y=np.zeros(0, dtype=np.int64),
        patients=np.zeros(0, dtype=np.str_),
        classes=list(agreement.classes),
        feature_names=list(agreement.features),
        columns={},
        sha256="",
        categories={name: np.zeros(0, dtype=np.str_) for name in agreement.categories},
        fills=dict(agreement.fills),
    )


def hash_of(facts: Sequence[SiteFacts]) -> str:
    """Return one hash for the data of all sites: SHA-256 of a line for each, by name."""
    lines = sorted(f"{one.site} {one.sha256}\n" for one in facts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def question(task: TrainingTask, fit: TableFit | None) -> SitePlan:
    """Return the plan that asks what scaling is made of, or before that what columns hold."""
    data, size, mode = task.data, None, "auto"
    if data.kind == "images":
        size, mode = list(data.x.shape[1:3]), MODES[data.x.shape[3]]
    return replace(
        open_question(task),
        kind=data.kind,
        classes=list(data.classes),
        features=list(data.feature_names),
        image_size=size,
        color_mode=mode,
        categories=list(data.categories),
        fills=dict(data.fills),
        fit=None if fit is None else fit_to_json(fit),
    )


def open_question(task: TrainingTask) -> SitePlan:
    """Return the plan that asks what a site has."""
    return SitePlan(
        run=task.run_id,
        site="",
        config=task.config.as_mapping(),
        kind="",
        classes=[],
        features=[],
        image_size=None,
        color_mode="auto",
    )
