"""The code of an exception, by its class and its number: never by its text.

Libraries are known by the names of their classes, so that none is imported for it. The first name
of the class and its bases that has a row decides; what has none is ``internal``.
"""

import errno

from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import AttemptFailed

_BY_CODE = {
    ErrorCode.TIMEOUT: (
        "builtins.TimeoutError",
        "httpx.TimeoutException",
        "redis.exceptions.TimeoutError",
        "subprocess.TimeoutExpired",
        "urllib3.exceptions.TimeoutError",
        "requests.exceptions.Timeout",
    ),
    ErrorCode.NETWORK: (
        "builtins.ConnectionError",
        "socket.gaierror",
        "socket.herror",
        "ssl.SSLError",
        "http.client.HTTPException",
        "httpx.TransportError",
        "redis.exceptions.ConnectionError",
        "requests.exceptions.ConnectionError",
        "urllib.error.URLError",
        "urllib3.exceptions.HTTPError",
        "app.errors.Unavailable",
    ),
    ErrorCode.BAD_DATA: (
        "builtins.UnicodeDecodeError",
        "csv.Error",
        "_csv.Error",
        "gzip.BadGzipFile",
        "httpx.DecodingError",
        "httpx.TooManyRedirects",
        "json.decoder.JSONDecodeError",
        "lzma.LZMAError",
        "_lzma.LZMAError",
        "zipfile.BadZipFile",
        "zlib.error",
        "xml.etree.ElementTree.ParseError",
        "pyarrow.lib.ArrowInvalid",
    ),
    ErrorCode.CONFIG: (
        "httpx.InvalidURL",
        "httpx.UnsupportedProtocol",
        "app.errors.BadRequest",
        "app.errors.Invalid",
    ),
    ErrorCode.OOM: (
        "builtins.MemoryError",
        "torch.OutOfMemoryError",
        "torch.cuda.OutOfMemoryError",
    ),
    ErrorCode.AUTH_EXPIRED: ("app.errors.Unauthorised",),
    ErrorCode.RATE_LIMITED: ("app.errors.TooMany",),
    ErrorCode.FORBIDDEN: ("app.errors.Forbidden",),
    ErrorCode.NOT_FOUND: ("app.errors.NotFound",),
    ErrorCode.PREEMPTED: ("app.jobs.errors.Drained",),
    ErrorCode.WORKER_LOST: ("app.jobs.errors.LeaseLost",),
}
CODES = {name: code for code, names in _BY_CODE.items() for name in names}

_NUMBERS = {
    ErrorCode.NETWORK: (
        errno.ECONNABORTED,
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.EHOSTDOWN,
        errno.EHOSTUNREACH,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.ENOTCONN,
        errno.EPIPE,
    ),
    ErrorCode.TIMEOUT: (errno.ETIMEDOUT,),
    ErrorCode.OOM: (errno.ENOMEM,),
}
NUMBERS = {number: code for code, numbers in _NUMBERS.items() for number in numbers}


def lineage_of(kind: type[BaseException]) -> tuple[str, ...]:
    """Return the full names of a class and its bases, the nearest first."""
    return tuple(f"{one.__module__}.{one.__qualname__}" for one in kind.__mro__)


def code_of_exception(error: BaseException) -> ErrorCode:
    """Return the code of an exception that was raised."""
    if isinstance(error, AttemptFailed):
        return error.code
    number = error.errno if isinstance(error, OSError) else None
    return code_of_class(lineage_of(type(error)), number)


def code_of_class(lineage: tuple[str, ...], number: int | None = None) -> ErrorCode:
    """Return the code of a class with these names, whose operating system error is ``number``."""
    named = next((CODES[name] for name in lineage if name in CODES), None)
    if named is not None:
        return named
    is_of_system = "builtins.OSError" in lineage and number is not None
    return NUMBERS.get(number or 0, ErrorCode.INTERNAL) if is_of_system else ErrorCode.INTERNAL
