"""``python -m workers.site``: what a site runs in its folder; it needs no database."""

import os
import secrets
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import click
import httpx
import structlog

from app.clock import now
from app.errors import RoundhouseError
from app.process import die_with_parent
from app.supervisor.child import Child, Program
from app.supervisor.signals import Signals
from services.federations.keys import as_pem, fingerprint, new_private_key, public_part
from services.federations.site.check import as_report, check_data, pin
from services.federations.site.folder import Membership, SiteFolder
from services.federations.site.manifest import NAME, TEMPLATE
from services.federations.site.trust import certificate_fault
from services.runs.engine.environment import silence, versions

LOOPBACK = "127.0.0.1"
TIMEOUT_SECONDS = 30.0
PATIENCE = 5.0
LOOK_SECONDS, ASKED = 0.5, 10

log = structlog.get_logger(__name__)
folder_argument = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path()
)


class Refused(click.ClickException):
    """Nothing was begun, and the message says what to change."""

    exit_code = 2


class Commands(click.Group):
    """Commands whose refusals are sentences and not traces."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; say every fault of a refusal on a line of its own."""
        try:
            return super().invoke(ctx)
        except RoundhouseError as error:
            faults = [one for messages in error.errors.values() for one in messages]
            more = [fault for fault in faults if fault != error.detail]
            raise Refused("\n".join([error.detail, *more])) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Take part in a federation with data that stays in this folder."""


@main.command()
@folder_argument
@click.option("--kind", type=click.Choice(["table", "images"]), default="table")
@click.option("--path", default=None, help="The data, seen from the folder.")
def init(folder: Path, kind: str, path: str | None) -> None:
    """Write a commented site.toml to fill in."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    if file.exists():
        raise Refused(f"{file} is there already. Change it, or move it away first.")
    path = path or ("data.csv" if kind == "table" else "images.zip")
    file.write_text(TEMPLATE.format(folder=folder, kind=kind, path=path), encoding="utf-8")
    click.echo(f"Wrote {file}. Fill it in, then: python -m app site check {folder}")


@main.command()
@folder_argument
@click.option("--pin", "pinned", is_flag=True, help="Note rows and hash in site.toml.")
def check(folder: Path, *, pinned: bool) -> None:
    """Read the data and say what is in it, or everything that is wrong with it."""
    site = SiteFolder(folder)
    summary = check_data(site, fresh=True)
    click.echo(f"The data is good: {summary.num_rows} rows of {summary.num_patients} patients.")
    if summary.kind == "table":
        click.echo(f"  features  {summary.num_features}")
    elif summary.image_shape is not None:
        click.echo(f"  images    {' x '.join(str(side) for side in summary.image_shape)}")
    for name, count in summary.class_distribution.items():
        click.echo(f"  class     {name}: {count}")
    for name in summary.columns:
        click.echo(f"  column    {name} (text: not trained on)")
    click.echo(f"  hash      {summary.sha256}")
    if pinned:
        pin(site, summary)
        click.echo(f"Pinned in {site.path / NAME}: other data will be refused.")


@main.command()
@folder_argument
@click.option("--new", is_flag=True, help="Make a fresh pair, for a new enrolment.")
def key(folder: Path, *, new: bool) -> None:
    """Make a key pair here and print its public part, for an enrolment by hand."""
    site = SiteFolder(folder)
    if new:
        site.forget_key()
    click.echo(as_pem(site.key().public_key()).strip())


@main.command()
@click.argument("url")
@click.option(
    "--token",
    prompt="One-time token",
    hide_input=True,
    help="The one-time token from the federation's page; asked for where it is left away.",
)
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default=True
)
@click.option("--ca", type=click.Path(path_type=Path, exists=True), help="Trust this authority.")
def join(url: str, token: str, folder: Path, ca: Path | None) -> None:
    """Make a key pair here and enrol its public part at the platform at URL."""
    site = SiteFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = new_private_key()  # the one that is there stays until the platform took this one
    public = public_part(fresh)
    answer = _post(url, {"token": token, "public_key": as_pem(public)}, ca)
    site.keep_key(fresh)
    site.join(
        Membership(
            federation=answer["federation"],
            site=answer["site"],
            address=answer["address"],
            server=url,
        ),
        answer["ca_certificate"],
    )
    click.echo(f"{answer['site']} has joined {answer['federation']}.")
    click.echo(f"  server       {answer['address']} (outbound TLS is all that is needed)")
    click.echo(f"  key          SHA-256 {fingerprint(public)}")
    click.echo(f"  valid until  {answer['expires_at'] or 'it is revoked'}")
    click.echo(f"Next: python -m app site check {folder}, then python -m app site run {folder}")


@main.command()
@folder_argument
@click.option("--address", required=True, help="host:port of the federation.")
@click.option("--ca", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--name", required=True, help="The name under which this site was enrolled.")
@click.option("--federation", default="federation", help="What the federation is called.")
def trust(folder: Path, address: str, ca: Path, name: str, federation: str) -> None:
    """Take part with a key that was enrolled by hand: say where, and whose certificate."""
    SiteFolder(folder).join(
        Membership(federation=federation, site=name, address=address), ca.read_text()
    )
    click.echo(f"Next: python -m app site run {folder}")


def _post(url: str, body: dict[str, str], ca: Path | None) -> dict[str, str]:
    address = f"{url.rstrip('/')}/api/federations/join"
    try:
        answer = httpx.post(
            address, json=body, timeout=TIMEOUT_SECONDS, verify=str(ca) if ca else True
        )
        content: dict[str, str] = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        fault = certificate_fault(error, address)
        raise Refused(fault or f"{address} does not answer as Roundhouse does: {error}") from None
    if answer.status_code != httpx.codes.OK:
        raise Refused(content.get("detail", f"{address} answered {answer.status_code}."))
    return content


@main.command()
@folder_argument
def run(folder: Path) -> None:
    """Take part until Ctrl-C: check the data, connect, and train what the federation asks for."""
    site = SiteFolder(folder)
    membership = site.membership()
    summary = check_data(site)
    click.echo(f"{membership.site}: {summary.num_rows} rows, {summary.num_patients} patients.")
    click.echo(f"Connecting to {membership.address}; Ctrl-C stops.")
    silence()
    os.environ["FLWR_HOME"] = str(site.private / "flower")
    os.environ.setdefault("FLWR_LOG_LEVEL", "WARNING")
    secret = site.private / "node.secret"
    site.write("node.secret", secrets.token_bytes(32))
    with Signals() as signals:
        Node(site, membership, secret).run(signals)
    click.echo("Stopped.")


class Node:
    """A SuperNode and the process that does its tasks; if one ends, both begin again."""

    def __init__(self, site: SiteFolder, membership: Membership, secret: Path) -> None:
        self._site = site
        self._membership = membership
        self._secret = secret

    def run(self, signals: Signals) -> None:
        """Keep both running until a signal to stop."""
        children: list[Child] = []
        try:
            while not signals.stop:
                changes = [child.keep_alive() for child in children]  # each is looked after
                if not children or any(changes):
                    _end(children)
                    self._require_admission()
                    children = self._start()
                signals.wait(LOOK_SECONDS)
        finally:
            _end(children)

    def _require_admission(self) -> None:
        """Refuse to go on with a key that is not let in; a server that is away is waited for."""
        from services.federations.engine.reporter import Reporter

        reporter = Reporter(self._site, {})
        for _ in range(ASKED):
            if reporter.report() or reporter.refusal is None:
                return
            time.sleep(LOOK_SECONDS)  # a key that was just enrolled takes a moment
        raise Refused(str(reporter.refusal))

    def _start(self) -> list[Child]:
        port = _free_port()
        children = [Child(self._supernode(port)), Child(self._client(port))]
        for child in children:
            child.keep_alive()
        return children

    def _supernode(self, port: int) -> Program:
        options = {
            "--superlink": self._membership.address,
            "--root-certificates": str(self._site.ca_file),
            "--auth-supernode-private-key": str(self._site.key_file),
            "--isolation": "process",  # our own process does the tasks, not what a server sends
            "--superexec-auth-secret-file": str(self._secret),
            "--host": LOOPBACK,
            "--port": str(port),
        }
        words = [word for option in options.items() for word in option]
        command = [sys.executable, "-m", "workers.supernode", *words]
        return Program(name="supernode", command=command, stage=0, patience=PATIENCE)

    def _client(self, port: int) -> Program:
        command = [sys.executable, "-m", "workers.site", "client", str(self._site.path), str(port)]
        return Program(name="client", command=command, stage=0, patience=PATIENCE)


@main.command(hidden=True)
@folder_argument
@click.argument("port", type=int)
def client(folder: Path, port: int) -> None:
    """Do the tasks of the SuperNode on PORT of this machine."""
    from services.federations.engine.executor import Executor
    from services.federations.engine.reporter import Reporter
    from services.federations.engine.site_app import SiteApp
    from services.runs.engine.errors import StopTraining

    site, over = SiteFolder(folder), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    report = as_report(check_data(site)) | {"checked_at": now().isoformat()}
    reporter = Reporter(site, {"versions": _versions(), "data": report, "error": None})
    threading.Thread(target=reporter.report_until, args=(over,), daemon=True).start()
    secret = (site.private / "node.secret").read_bytes()
    executor = Executor(f"{LOOPBACK}:{port}", secret, lambda text: reporter.note("error", text))

    def still_wanted() -> None:
        is_known = reporter.runs is not None and reporter.runs_at > executor.begun
        # an answer from before the task cannot know its run
        is_over = is_known and str(executor.run_id) not in (reporter.runs or ())
        if over.is_set() or is_over:
            raise StopTraining

    executor.work(SiteApp(site, still_wanted), still_wanted, over)
    os._exit(0)


def _versions() -> dict[str, str]:
    from app.version import VERSION

    known = versions()
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {
        "roundhouse": VERSION,
        "python": python,
        **{name: known[name] for name in ("flwr", "torch")},
    }


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((LOOPBACK, 0))
        port: int = trial.getsockname()[1]
    return port


def _end(children: list[Child]) -> None:
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while [child for child in children if not child.has_ended()]:
        if time.monotonic() > deadline:
            for child in children:
                child.signal(signal.SIGKILL)
        time.sleep(0.05)


if __name__ == "__main__":
    parent = os.environ.get("ROUNDHOUSE_SITE_PARENT", "")
    if parent.isdigit():
        die_with_parent(int(parent))
    main(prog_name="python -m app site")
