"""Paths inside a text: their folders do not decide, the name of the file does."""

import re

PATH = "<path>"
_QUOTED = re.compile(r"(?P<quote>['\"])(?P<path>(?:~|\.{1,2})?/[^'\"\n]*)(?P=quote)")
_QUOTED_WINDOWS = re.compile(
    r"(?P<quote>['\"])(?P<path>(?:[a-z]:|\\\\)\\[^'\"\n]*)(?P=quote)", re.IGNORECASE
)
_WINDOWS = re.compile(r"(?<![\w<])(?:[a-z]:\\|\\\\)(?P<path>[^\s'\"<>|:;,]*)", re.IGNORECASE)
_RELATIVE = re.compile(r"(?<![\w/<.@+-])[\w.@+-]+(?:/[\w.@+-]+)+\.[a-z0-9]{1,8}\b", re.IGNORECASE)
_ABSOLUTE = re.compile(r"(?<![\w<>/])(?:~|\.{1,2})?(?:/[\w.@+~%=-]+)+/?")


def without_quoted_folders(text: str) -> str:
    """Return ``text`` with a mark for the folders of each path in quotes, which may have blanks."""
    for pattern in (_QUOTED, _QUOTED_WINDOWS):
        text = pattern.sub(lambda one: f"{one['quote']}{_file(one['path'])}{one['quote']}", text)
    return text


def without_folders(text: str) -> str:
    """Return ``text`` with a mark for the folders of each path."""
    for pattern in (_WINDOWS, _RELATIVE, _ABSOLUTE):
        text = pattern.sub(lambda one: _file(one[0]), text)
    return text


def _file(path: str) -> str:
    """Return the mark and the name of the file; a path that ends in a slash has none."""
    bare = path.rstrip(".,:;")
    name = re.split(r"[/\\]", bare)[-1]
    end = path[len(bare) :]
    return f"{PATH}/{name}{end}" if name else f"{PATH}{end}"
