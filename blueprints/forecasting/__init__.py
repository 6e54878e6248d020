"""Forecasting sessions, in the words of their contract: ``late.py`` has the routes.

They come with the first request to one of them; the socket events are there from the start.
"""

from blueprints.forecasting.live import SOCKET_EVENTS

__all__ = ["LATE", "SOCKET_EVENTS"]
LATE = "/api/training"  # what all of them begin with
