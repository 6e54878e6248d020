"""``python -m app.supervisor.launch PARENT COMMAND...``: become COMMAND, bound to PARENT's life.

The parent-death signal belongs to a process and outlives exec, so this also binds programs that
know nothing of it, such as redis-server. It imports next to nothing: it stands before every start.
"""

import os
import signal
import sys

from app.process import die_with_parent


def main(arguments: list[str]) -> None:
    """Replace this process by the command in ``arguments[1:]``; does not return."""
    parent, *command = arguments
    die_with_parent(int(parent))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would pass that on
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is needed
    except OSError as error:
        sys.exit(f"{command[0]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
