"""Hosts inside a text: names and addresses of machines, with or without a port."""

import ipaddress
import re

HOST = "<host>"
_PORT = r"(?::\d{1,5})?"
_IPV4 = re.compile(rf"(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?:/\d{{1,2}})?{_PORT}(?![\w.]\d)")
_BRACKETS = re.compile(rf"(?i)\[(?P<address>[0-9a-f:.]{{2,45}}(?:%\w{{1,16}})?)\]{_PORT}")
_IPV6 = re.compile(
    r"(?i)(?<![\w:.])(?P<address>[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:%\w{1,16})?)(?![\w:])"
)
# What is called or indexed is no host but code.
_NAME = re.compile(
    r"(?i)(?<![\w@<>/.-])(?P<name>(?:\w[\w-]{0,62}\.){1,10}"
    rf"(?P<top>[a-z][a-z0-9-]{{0,62}}))(?P<port>{_PORT})(?![\w@(\[-])"
)
# One label is a host only with its port, or by its name.
_LABEL = re.compile(
    r"(?i)(?<![\w@<>/.-])"
    r"(?:localhost(?::\d{1,5})?|[a-z](?=[a-z0-9]*[\d-])[a-z0-9-]{1,62}:\d{2,5})(?![\w.-]\w)"
)
# The last labels of hosts that are met, and those of countries (ISO 3166, eu and uk besides) ...
_TOPS = re.compile(
    r"com|org|net|edu|gov|mil|int|info|biz|app|dev|cloud|online|site|shop|store|blog|tech"
    r"|example|test|invalid|localhost|local|localdomain|internal|intranet|lan|home|corp|private"
    r"|cluster|svc|onion|arpa|energy|science|health|hospital|company|agency|group"
    r"|a[cdefgilmoqrtuwxz]|b[abdefghijlmnorstvwz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]"
    r"|f[ijkmor]|g[abdefghilmnpqrstuwy]|h[kmnrtu]|i[delmnoqrst]|j[emop]|k[eghimnprwyz]"
    r"|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]|qa"
    r"|r[eosuw]|s[abcdeghijklmnorstuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]"
    r"|y[et]|z[amw]"
)
# ... without those that are of files or of attributes far more often.
_FILES = re.compile(r"cc|cs|gz|js|md|pl|ps|py|rb|rs|sh|so|ts|vb|xz|do|id|is|to|as|by|or|my|ml")
# What stands before a line number rather than before a port.
_SOURCES = re.compile(
    r"json|csv|tsv|txt|ya?ml|toml|ini|cfg|conf|xml|html?|css|parquet|log|java|go|cpp|c|h|hpp|svelte"
    r"|sql|lock|npy|npz|pt|onnx|bin|zip|tar|tmp|db|lua|php|r|jl|ipynb|env"
)


def without_numeric_hosts(text: str) -> str:
    """Return ``text`` with a mark for each address of IPv4 and IPv6, its port included."""
    text = _BRACKETS.sub(_mark_address, text)
    return _IPV4.sub(HOST, _IPV6.sub(_mark_address, text))


def without_named_hosts(text: str) -> str:
    """Return ``text`` with a mark for each name of a host, its port included."""
    return _LABEL.sub(HOST, _NAME.sub(_mark_name, text))


def is_host(name: str) -> bool:
    """Return whether a name with dots is one of a host rather than of a file or an attribute."""
    labels = name.lower().split(".")
    if _FILES.fullmatch(labels[-1]):
        return labels[0] == "www"
    return _TOPS.fullmatch(labels[-1]) is not None


def _mark_name(match: re.Match[str]) -> str:
    top = match["top"].lower()
    is_file = _FILES.fullmatch(top) or _SOURCES.fullmatch(top)
    has_port = bool(match["port"]) and not is_file
    return HOST if has_port or is_host(match["name"]) else match[0]


def _mark_address(match: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(match["address"])
    except ValueError:
        return match[0]
    return HOST
