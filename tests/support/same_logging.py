"""Logging for a moment: a test that configures it leaves it as it was."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.log_files import SharedRotatingHandler


@contextmanager
def same_logging() -> Iterator[None]:
    """Put back what logging was, and close the files that were opened meanwhile."""
    root, configured = logging.getLogger(), structlog.get_config()
    before = root.handlers[:]
    try:
        yield
    finally:
        for handler in root.handlers:
            if isinstance(handler, SharedRotatingHandler):
                handler.close()
        root.handlers[:] = before
        structlog.configure(**configured)
