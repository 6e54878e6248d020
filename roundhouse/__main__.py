"""``python -m roundhouse sync DIR``: send runs that were logged while the platform was away."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from roundhouse.api import Api
from roundhouse.begin import LOCAL, SPOOLS, TOKEN, URL
from roundhouse.errors import Refused, Unreachable
from roundhouse.spool import InUse, SpoolReader, find_folders, remove_sent
from roundhouse.sync import sync


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 when everything has arrived."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    if not options.token:
        sys.stderr.write(f"There is no token: set {TOKEN} or give --token.\n")
        return 2
    folders = [folder for place in options.folders for folder in find_folders(place)]
    if not folders:
        sys.stderr.write(f"There is no run in {', '.join(map(str, options.folders))}.\n")
        return 1
    api = Api(options.url, options.token)
    try:
        arrived = [_sync_one(folder, api, clean=options.clean) for folder in folders]
    finally:
        api.close()
    return 0 if all(arrived) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m roundhouse", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("sync", help="send runs that lie in folders")
    command.add_argument(
        "folders", nargs="*", type=Path, default=[Path(SPOOLS)], help="a run, or a folder of runs"
    )
    command.add_argument("--url", default=os.environ.get(URL) or LOCAL, help=f"or {URL}")
    command.add_argument("--token", default=os.environ.get(TOKEN), help=f"or {TOKEN}")
    command.add_argument("--clean", action="store_true", help="delete what has arrived")
    return parser


def _sync_one(folder: Path, api: Api, *, clean: bool) -> bool:
    def report(sent: int, size: int) -> None:
        sys.stdout.write(f"{folder.name}: {sent} of {size} bytes\n")
        sys.stdout.flush()

    try:
        delivery = sync(SpoolReader(folder), api, report)
    except (InUse, Refused, Unreachable, OSError, ValueError) as error:
        sys.stderr.write(f"{folder.name}: not sent: {error}\n")
        return False
    sys.stdout.write(f"{folder.name}: sent as run {delivery.run_id} {delivery.page or ''}\n")
    if clean:
        remove_sent(folder)
    return True


if __name__ == "__main__":
    sys.exit(main())
