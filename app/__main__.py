"""``python -m app``: the platform for people and scripts."""

import os

from app.cli import main

if __name__ == "__main__":
    os.umask(0o077)  # databases, logs and keys are for their owner alone, whoever starts us
    main()
