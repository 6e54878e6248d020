"""The cause of a failure: failures with the same key are one card.

The kind, the code, the type, the frame that raised and the words of the message decide, and the
site where it is what failed; numbers, ids, addresses, paths, hosts and times do not.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from app.log_secrets import blank_text
from services.scheduler.causes.frames import raising_frame, without_trace
from services.scheduler.causes.words import normal_words
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.raised import Raised

# Stored beside each key: failures grouped by an older version are grouped again.
CAUSE_VERSION = 1
SITE_KINDS = frozenset({"site.analyse"})
MAX_TEXT_LENGTH = 20_000  # characters of a text that are read: half at each end


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A failed execution, as far as its cause needs it.

    ``site`` is the site of a website or of a federation; ``is_federated`` says that it is one of
    a federation. ``frame`` is ``file:function`` where known; otherwise it is read from the trace
    in ``text``.
    """

    kind: str
    raised: Raised
    text: str
    site: str | None = None
    is_federated: bool = False
    frame: str | None = None


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What decides which card a failure is on; it holds no secret."""

    kind: str
    code: ErrorCode
    type: str
    frame: str | None
    words: str
    site: str | None

    @property
    def key(self) -> str:
        """The key of the card: 32 hexadecimal digits."""
        parts = json.dumps([CAUSE_VERSION, *asdict(self).values()], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


def cause_of(failure: Failure) -> Cause:
    """Return the cause of a failure."""
    text = blank_text(_ends_of(failure.text))
    has_site = failure.is_federated or failure.kind in SITE_KINDS
    return Cause(
        kind=failure.kind,
        code=failure.raised.code,
        type=failure.raised.type,
        frame=failure.frame or raising_frame(text),
        words=normal_words(without_trace(text, failure.raised.type)),
        site=failure.site if has_site else None,
    )


def _ends_of(text: str) -> str:
    half = MAX_TEXT_LENGTH // 2
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[:half]}\n{text[-half:]}"
