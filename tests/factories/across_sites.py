"""A federation across real processes on loopback: one SuperLink, and sites in their own folders."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.run import Run
from app.settings import Settings
from app.supervisor.child import ROOT
from harness.eventually import eventually
from harness.ports import free_port
from services.datasets.types import TrainingData
from services.federations.enrol import enrol_site
from services.federations.keys import as_pem
from services.federations.list import show_federation
from services.federations.site.folder import Membership, SiteFolder
from services.federations.states import FederationView
from services.federations.update import create_federation
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data.sharing import ClassCounts, shard_out, split_of

SITE_TOML = '[data]\nkind = "table"\npath = "data.csv"\ntarget_column = "Target"\n'
START_SECONDS = 240.0  # a dozen interpreters begin, each with torch
PATIENTS = 'patient_column = "patientId"\n'


@dataclass
class AcrossSites:
    """One federation and the processes of this machine that belong to it."""

    settings: Settings
    database: Database
    actor: Actor
    folder: Path
    number: int = 0
    link: subprocess.Popen[bytes] | None = None
    sites: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def create(self) -> None:
        """Make the federation and start its SuperLink, which takes a while to answer."""
        made = create_federation(
            self.database,
            self.actor,
            self.settings.home,
            name="north",
            host="127.0.0.1",
            port=free_port(),
        )
        self.number = made.id
        self._launch_link()

    def start_link(self) -> None:
        """Start the SuperLink and wait until it shows life."""
        since = self.view().seen_at
        self._launch_link()
        eventually(lambda: self.view().seen_at != since, START_SECONDS)

    def _launch_link(self) -> None:
        self.link = self._start(["-m", "workers.sites.superlink", str(self.number)], "link")

    def kill_link(self) -> None:
        """Kill the SuperLink as a power cut would."""
        assert self.link is not None
        self.link.kill()
        self.link.wait()

    def enrol(self, name: str, data: TrainingData, rows: Sequence[int]) -> SiteFolder:
        """Give a site its rows and a key that is let in."""
        site = SiteFolder(self.folder / name)
        site.path.mkdir()
        write_site(site.path, data, rows)
        key = as_pem(site.key().public_key())
        enrol_site(self.database, self.actor, str(self.number), name=name, public_key=key)
        self.write_membership(site, name)
        return site

    def write_membership(self, site: SiteFolder, name: str) -> None:
        """Write into a folder which federation it belongs to."""
        about = self.view()
        joined = Membership(federation=about.name, site=name, address=about.address)
        site.join(joined, about.ca_certificate)

    def start_site(self, name: str) -> subprocess.Popen[bytes]:
        """Start what a hospital runs."""
        command = ["-m", "app", "site", "run", str(self.folder / name)]
        self.sites[name] = self._start(command, name)
        return self.sites[name]

    def kill_site(self, name: str) -> None:
        """Kill everything at a site as a power cut would."""
        self.sites[name].kill()  # its children die with it
        self.sites.pop(name).wait()

    def view(self) -> FederationView:
        """Return the federation as people see it."""
        return show_federation(self.database, self.actor, str(self.number))

    def run(self) -> Run:
        """Return a run on the federation."""
        with self.database.write() as unit:
            run = Run(
                name="across",
                training_mode="federated",
                status="in_progress",
                start_time=now(),
                owner_id=self.actor.user_id,
                config={},
                seed=3,
                federation_id=self.number,
            )
            unit.session.add(run)
        return run

    def online(self) -> set[str]:
        """Return the names of the sites that are online."""
        return {site.name for site in self.view().sites if site.online}

    def wait_for(self, *names: str) -> None:
        """Wait until these sites are online and have reported."""
        eventually(
            lambda: set(names) <= {s.name for s in self.view().sites if s.online and s.versions},
            START_SECONDS,
        )

    def said(self, name: str) -> str:
        """Return what a process wrote."""
        return (self.folder / f"{name}.log").read_text()

    def close(self) -> None:
        """Leave nothing behind."""
        running = [*self.sites.values(), *([self.link] if self.link else [])]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, words: Sequence[str], name: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={**os.environ, **self.settings.environment(), "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def write_site(folder: Path, data: TrainingData, rows: Sequence[int]) -> None:
    """Write rows of a table as the CSV and the manifest of a site; no digit is lost."""
    with (folder / "data.csv").open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow([*data.feature_names, *data.categories, "Target", "patientId"])
        for row in rows:
            numbers = [repr(float(value)) for value in data.x[row]]
            texts = [cells[row] for cells in data.categories.values()]
            sheet.writerow([*numbers, *texts, data.classes[data.y[row]], data.patients[row]])
    choices = ""
    if data.categories:
        choices += f"category_columns = {json.dumps(list(data.categories))}\n"
    if data.fills:
        pairs = ", ".join(f'{name} = "{fill}"' for name, fill in data.fills.items())
        choices += f"missing_features = {{ {pairs} }}\n"
    (folder / "site.toml").write_text(SITE_TOML + PATIENTS + choices)


def shared_out(
    data: TrainingData, settings: Mapping[str, Any]
) -> tuple[TrainingData, dict[str, list[int]]]:
    """Return the rows that a federation in one process tests on, and each site's rows."""
    config = TrainingConfig.from_mapping(dict(settings))
    labels = ClassCounts(y=data.y, patients=data.patients, columns=data.columns)
    split = split_of(labels, config)
    shards = shard_out(labels, split, config)
    held = replace(
        data,
        x=data.x[split.test],
        y=data.y[split.test],
        patients=data.patients[split.test],
        columns={name: column[split.test] for name, column in data.columns.items()},
        categories={name: cells[split.test] for name, cells in data.categories.items()},
    )
    rows = {s.name: np.sort(np.concatenate([s.train, s.validation])).tolist() for s in shards}
    return held, rows
