"""``python -m workers.sites.site``: what a site runs in its folder; it needs no database."""

import os
from pathlib import Path

import click
import httpx

from app.errors import RoundhouseError
from app.supervisor.signals import Signals
from services.engine_kit.environment import silence
from services.federations.keys import as_pem, fingerprint, new_private_key, public_part
from services.federations.site.check import check_data, pin
from services.federations.site.folder import Membership, SiteFolder
from services.federations.site.manifest import NAME, TEMPLATE
from services.federations.site.trust import certificate_fault
from workers.sites.node import Node

TIMEOUT_SECONDS = 30.0
folder_argument = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path()
)


class SiteRefusedError(click.ClickException):
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
            raise SiteRefusedError("\n".join([error.detail, *more])) from None


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
        raise SiteRefusedError(f"{file} is there already. Change it, or move it away first.")
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
    help="The one-time token from the federation's page; prompted for where it is left away.",
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
        raise SiteRefusedError(
            fault or f"{address} does not answer as Roundhouse does: {error}"
        ) from None
    if answer.status_code != httpx.codes.OK:
        raise SiteRefusedError(content.get("detail", f"{address} answered {answer.status_code}."))
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
    with Signals() as signals:
        Node(site).run(signals)
    click.echo("Stopped.")


if __name__ == "__main__":
    main(prog_name="python -m app site")
