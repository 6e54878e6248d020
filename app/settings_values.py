"""How the text of an environment variable becomes a value: one parser for each kind."""

import hashlib
import ipaddress
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlsplit

T = TypeVar("T")
MAX_SOCKET_PATH_LENGTH = 100  # bytes; the kernel takes 107, Redis adds a suffix while it starts
UNITS = {"": 1, "b": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "tb": 1000**4}
UNITS |= {"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}
_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
SCHEME_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "redis": 6379, "rediss": 6379}
STORAGE_SCHEMES = ("file", "s3", "gs", "az")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A parser, the words for what it accepts, and the way back into text."""

    parse: Callable[[str], T]
    expected: str
    format: Callable[[T], str] = str


def integer(low: int, high: int) -> Kind[int]:
    """Return the kind of whole numbers from ``low`` to ``high``."""
    return Kind(lambda text: _within(int(text), low, high), f"a whole number from {low} to {high}")


def seconds(low: float, high: float) -> Kind[float]:
    """Return the kind of times from ``low`` to ``high`` seconds."""
    return Kind(
        lambda text: _within(float(text), low, high),
        f"a number of seconds from {low:g} to {high:g}",
        lambda value: f"{value:g}" if value == float(f"{value:g}") else repr(value),
    )


def choice(*words: str) -> Kind[str]:
    """Return the kind of one of ``words``."""
    return Kind(lambda text: _one_of(text.lower(), words), f"one of {', '.join(words)}")


def switch() -> Kind[bool]:
    """Return the kind of what is on (1) or off (0)."""
    return Kind(
        lambda text: _one_of(text.lower(), (*_ON, *_OFF)) in _ON,
        "1 or 0",
        lambda is_on: "1" if is_on else "0",
    )


def size(low: int, high: int) -> Kind[int]:
    """Return the kind of sizes in bytes, written with or without a unit."""
    return Kind(lambda text: _within(_bytes(text), low, high), "a size such as 500MB or 2GiB")


def redis_socket(home: Path) -> Path:
    """Return where the embedded Redis of ``home`` listens.

    Beside the database, or in a private folder of the temporary directory when that path is
    longer than a socket's may be.
    """
    beside = home / "redis.sock"
    if len(os.fsencode(beside)) <= MAX_SOCKET_PATH_LENGTH:
        return beside
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"roundhouse-{os.getuid()}-{name}" / "redis.sock"


def host_in_url(host: str) -> str:
    """Return ``host`` as a URL writes it, an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def filled(default: str, earlier: Mapping[str, Any]) -> str:
    """Return a default with the settings ``earlier`` that it names in braces."""
    if "{" not in default:
        return default
    return default.format_map(
        {
            **earlier,
            "home_in_url": quote(str(earlier["home"])),
            "redis_socket": quote(str(redis_socket(earlier["home"]))),
            "url_host": host_in_url(_reachable(str(earlier["host"]))),
        }
    )


def _reachable(host: str) -> str:
    """Return the name by which this machine reaches a server that listens on ``host``."""
    return "localhost" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound


def text(most: int) -> Kind[str]:
    """Return the kind of printable text of at most so many characters; it may be empty."""
    return Kind(lambda value: _text(value, most), f"at most {most} printable characters")


def ports_in(urls: Iterable[str]) -> frozenset[int]:
    """Return the ports on which the servers at ``urls`` listen, those of their scheme included."""
    parts = [urlsplit(url) for url in urls]
    ports = {one.port or SCHEME_PORTS.get(one.scheme.partition("+")[0]) for one in parts}
    return frozenset(port for port in ports if port is not None)


def without_password(url: str) -> str:
    """Return ``url`` with its password blanked; text that is no such URL comes back as it is."""
    return re.sub(r"(://[^/@:]*:)[^@/]*(@)", r"\1***\2", url)


def _within(number: T, low: float, high: float) -> T:
    if not low <= number <= high:  # type: ignore[operator]
        raise ValueError(number)
    return number


def _ports(text: str) -> tuple[int, int]:
    first, last = (int(part) for part in text.split("-"))
    return _within(first, 1024, last), _within(last, first, 65_535)


def _one_of(word: str, words: tuple[str, ...]) -> str:
    if word not in words:
        raise ValueError(word)
    return word


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", text)
    if match is None or match[2].lower() not in UNITS:
        raise ValueError(text)
    return int(float(match[1]) * UNITS[match[2].lower()])


def _folder(text: str) -> Path:
    if "\0" in text:
        raise ValueError(text)
    return Path(text).expanduser().resolve()


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_-]{1,255}", text):
        raise ValueError(text)
    return text


def _hosts(text: str) -> tuple[str, ...]:
    return tuple(_host(part.strip()) for part in text.split(",") if part.strip())


def _networks(text: str) -> tuple[str, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(str(ipaddress.ip_network(part, strict=False)) for part in parts)


def _cores(text: str) -> int:
    if text == "auto":
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return _within(int(text), 1, 4096)


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    _one_of(parts.scheme.partition("+")[0], ("sqlite", "postgresql"))
    if not parts.path.strip("/"):
        raise ValueError(text)
    return text


def _redis_url(text: str) -> str:
    parts = urlsplit(text)
    _one_of(parts.scheme, ("redis", "rediss", "unix"))
    if not (parts.hostname or parts.path):
        raise ValueError(text)
    return text


def _storage_url(text: str) -> str:
    parts = urlsplit(text)
    _one_of(parts.scheme, STORAGE_SCHEMES)
    if parts.scheme == "file" and not parts.path.startswith("/"):
        raise ValueError(text)
    if parts.scheme in ("s3", "gs", "az") and not parts.netloc:
        raise ValueError(text)
    return text


def _text(text: str, most: int) -> str:
    if not text.isprintable() or len(text) > most:
        raise ValueError(text)
    return text


def _optional_http_url(text: str) -> str:
    return _http_url(text) if text else ""


def _smtp_url(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    _one_of(parts.scheme, ("smtp", "smtps"))
    is_plain = parts.query == "tls=none"
    if not parts.hostname or parts.port == 0 or parts.path not in ("", "/"):
        raise ValueError(text)
    if parts.query and not (is_plain and parts.scheme == "smtp" and parts.password is None):
        raise ValueError(text)  # a password never travels in the open
    return text


def _sender(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", text):
        raise ValueError(text)
    return text


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    _one_of(parts.scheme, ("http", "https"))
    if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.username:
        raise ValueError(text)
    return text.rstrip("/")


def _joined(words: tuple[str, ...]) -> str:
    return ",".join(words)


folder: Kind[Path] = Kind(_folder, "a folder")
host: Kind[str] = Kind(_host, "a host name or an address, without a port")
hosts: Kind[tuple[str, ...]] = Kind(_hosts, "host names with commas between them", _joined)
networks: Kind[tuple[str, ...]] = Kind(
    _networks, "networks such as 10.0.0.0/8 with commas between them", _joined
)
ports: Kind[tuple[int, int]] = Kind(
    _ports, "two ports from 1024 on, such as 9443-9999", lambda pair: "{}-{}".format(*pair)
)
cores: Kind[int] = Kind(_cores, "auto or a whole number from 1 to 4096")
database_url: Kind[str] = Kind(
    _database_url, "like sqlite:////folder/file.db or postgresql://user:password@host/name"
)
redis_url: Kind[str] = Kind(
    _redis_url, "like redis://host:6379/0, rediss://host:6379/0 or unix:///path/redis.sock"
)
storage_url: Kind[str] = Kind(
    _storage_url,
    "like file:///folder, s3://bucket/prefix, gs://bucket/prefix or az://account/container",
)
http_url: Kind[str] = Kind(_http_url, "like https://roundhouse.example.org, without a path")
optional_http_url: Kind[str] = Kind(
    _optional_http_url, "empty, or like https://gateway.example.org, without a path"
)
smtp_url: Kind[str] = Kind(
    _smtp_url,
    "empty, or like smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 or,"
    " without a password, smtp://host:25?tls=none",
)
sender: Kind[str] = Kind(_sender, "empty, or an address like alerts@example.org")
