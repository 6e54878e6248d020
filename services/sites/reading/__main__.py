"""``python -m services.sites.reading``: a page on stdin, its facts on stdout, in JSON."""

import base64
import json
import os
import sys

from app import sandbox


def main() -> None:
    """Read one page within limits."""
    request = json.load(sys.stdin)
    sandbox.enter(request["parent"], sandbox.ProcessLimits(**request["limits"]))
    from services.sites.reading.html import read_page

    body = base64.b64decode(request["body"])
    page = read_page(body, content_type=request["content_type"], url=request["url"])
    json.dump(page.to_json(), sys.stdout, allow_nan=False)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
