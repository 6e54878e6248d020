"""``python -m app``: the platform for people and scripts."""

from app.cli import main

if __name__ == "__main__":
    main()
