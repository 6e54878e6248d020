"""Events: numbered rows per topic, sent live and replayed without a gap (design D5)."""

from app.events.base import A_MINUTE, Event, Progress, catalogue

__all__ = ["A_MINUTE", "Event", "Progress", "catalogue"]
