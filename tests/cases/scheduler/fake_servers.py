"""Local servers that speak the public wire formats of the Search Console API, Google's and Bing's
OAuth token endpoints and the Bing Webmaster API, and that serve the small web sites of ``sites/``.
Standard library only. One port serves all of them; what they do can be switched while they run.

    python fake_servers.py --port 0            prints {"base": "http://127.0.0.1:PORT", ...}

    with FakeServers() as fake:                in a test
        fake.switch("gsc.query", "429_seconds", times=2, retry_after=7)
        ... point the connector at fake.base ...
        assert fake.log("gsc.query")[0]["body"]["startRow"] == 0

Paths below ``base`` (the real ones with another host):

    POST /token                                            oauth2.googleapis.com/token
    GET  /o/oauth2/v2/auth                                 accounts.google.com
    GET  /webmasters/v3/sites                              www.googleapis.com
    POST /webmasters/v3/sites/{siteUrl}/searchAnalytics/query
    GET  /webmasters/OAuth/authorize, POST /webmasters/oauth/token          www.bing.com
    GET  /webmaster/api.svc/json/{Method}                  ssl.bing.com, www.bing.com

Control (for tests in another language or process):

    POST /_fake/switch  {"scope": "gsc.query", "behaviour": "503", "times": 1, ...}
    POST /_fake/reset · POST /_fake/expire (every access token is old now)
    POST /_fake/data {dataset} · GET /_fake/log?scope=...

A request whose Host header is a host of a site in ``sites/`` is answered by that site.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import argparse
import functools
import gzip
import json
import struct
import threading
import time
import zlib
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

DIMENSIONS = ("date", "query", "page", "country", "device", "searchAppearance", "hour")
TYPES = ("web", "image", "video", "news", "discover", "googleNews")
STATES = ("final", "all", "hourly_all")
LONGEST_PAGE = 25000
USUAL_PAGE = 1000
COUNTRIES, DEVICES = ("aut", "deu", "usa"), ("DESKTOP", "MOBILE", "TABLET")
BING_CODES = (
    "None InternalError UnknownError InvalidApiKey ThrottleUser ThrottleHost UserBlocked InvalidUrl "
    "InvalidParameter TooManySites UserNotFound NotFound AlreadyExists NotAllowed NotAuthorized "
    "UnexpectedState Deprecated"
).split()
SMALL = {  # seven days, three of them not yet final; 3 of 10 queries are anonymised by Google
    "name": "small",
    "sites": [
        {"siteUrl": "https://shop.example/", "permissionLevel": "siteOwner"},
        {"siteUrl": "sc-domain:shop.example", "permissionLevel": "siteFullUser"},
        {"siteUrl": "http://old.example/", "permissionLevel": "siteUnverifiedUser"},
    ],
    "seed": 11,
    "start": "2026-03-01",
    "days": 7,
    "queries": 10,
    "pages": 4,
    "anonymous": 3,
    "today": "2026-03-08",
    "final_days_late": 3,
    "fresh_share": 60,
    "empty_days": ["2026-03-03"],
}


def draw(*parts: Any) -> int:
    """Return a number that depends on ``parts`` only, the same on every machine."""
    return zlib.crc32(":".join(map(str, parts)).encode())


class Dataset:
    """Clicks and impressions per day, query, page, country and device, made from a seed.

    ``shared`` impressions are those where two pages of the property appeared in one search: they
    count once by property and twice by page, as in Search Console.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.sites = spec["sites"]
        self.days = [
            date.fromisoformat(spec["start"]) + timedelta(days=i) for i in range(spec["days"])
        ]
        self.today = date.fromisoformat(spec["today"])
        self.final_until = self.today - timedelta(days=spec.get("final_days_late", 3))
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def rows(self, state: str) -> list[dict[str, Any]]:
        """Return the base rows that ``dataState`` lets be seen."""
        if state not in self._rows:
            self._rows[state] = list(self._made(state))
        return self._rows[state]

    def _made(self, state: str) -> Any:
        spec = self.spec
        empty = set(spec.get("empty_days", ()))
        for day in self.days:
            if str(day) in empty or day >= self.today:
                continue
            fresh = day > self.final_until
            if fresh and state == "final":
                continue
            share = spec.get("fresh_share", 100) if fresh else 100
            for q in range(spec["queries"]):
                for p in self._pages_of(q):
                    yield self._row(day, q, p, share)

    def _pages_of(self, q: int) -> list[int]:
        pages = self.spec["pages"]
        return sorted({draw(self.spec["seed"], "page", q, i) % pages for i in range(1 + q % 2)})

    def _row(self, day: date, q: int, p: int, share: int) -> dict[str, Any]:
        seed = self.spec["seed"]
        value = draw(seed, day, q, p)
        impressions = (5 + value % 400) * share // 100
        clicks = impressions * (draw(seed, "ctr", q) % 30) // 100
        return {
            "date": str(day),
            "query": None if q < self.spec.get("anonymous", 0) else f"query {q:04d}",
            "page": f"https://shop.example/p{p:03d}",
            "country": COUNTRIES[value % 3],
            "device": DEVICES[(value >> 4) % 3],
            "clicks": clicks,
            "impressions": impressions,
            "shared": impressions // 10 if q % 2 else 0,
            "position": 1 + (draw(seed, "pos", q, day) % 400) / 10,
        }


class Refusal(Exception):
    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


def google_error(status: int, reason: str, message: str, domain: str, state: str) -> dict[str, Any]:
    """Return the error envelope of Google's JSON APIs."""
    return {
        "error": {
            "code": status,
            "message": message,
            "status": state,
            "errors": [{"message": message, "domain": domain, "reason": reason}],
        }
    }


def invalid(message: str) -> Refusal:
    return Refusal(
        400, google_error(400, "invalidParameter", message, "global", "INVALID_ARGUMENT")
    )


def query(data: Dataset, site: str, body: dict[str, Any]) -> dict[str, Any]:
    """Answer searchanalytics.query: checked as the reference says, aggregated, sorted, paged."""
    known = {s["siteUrl"]: s for s in data.sites}
    if site not in known or known[site]["permissionLevel"] == "siteUnverifiedUser":
        raise Refusal(
            403,
            google_error(
                403,
                "forbidden",
                f"User does not have sufficient permission for site '{site}'.",
                "global",
                "PERMISSION_DENIED",
            ),
        )
    start, end, dims, state, limit, offset = _checked(body)
    by_page = "page" in dims or body.get("aggregationType") == "byPage" or _filters_by(body, "page")
    groups: dict[tuple[str, ...], list[float]] = {}
    for row in data.rows("all" if state != "final" else "final"):
        if not start <= row["date"] <= end or not _passes(row, body):
            continue
        if "query" in dims and row["query"] is None:
            continue  # anonymised queries are left out of rows by query, not out of totals
        impressions = row["impressions"] - (0 if by_page else row["shared"])
        group = groups.setdefault(tuple(row[d] for d in dims), [0, 0, 0.0])
        group[0] += row["clicks"]
        group[1] += impressions
        group[2] += row["position"] * impressions
    rows = [_shown(keys, *sums) for keys, sums in groups.items() if sums[1]]
    if "date" in dims:
        place = dims.index("date")
        rows.sort(key=lambda r: (r["keys"][place], -r["clicks"], r["keys"]))
    else:
        rows.sort(key=lambda r: (-r["clicks"], r.get("keys", [])))
    answer: dict[str, Any] = {"responseAggregationType": "byPage" if by_page else "byProperty"}
    page = rows[offset : offset + limit]
    if page:  # the real API leaves the key out when there is nothing
        answer["rows"] = page
    if state == "all" and "date" in dims:
        incomplete = data.final_until + timedelta(days=1)
        if start <= str(incomplete) <= end:
            answer["metadata"] = {"first_incomplete_date": str(incomplete)}
    return answer


def _checked(body: dict[str, Any]) -> tuple[str, str, list[str], str, int, int]:
    try:
        start = str(date.fromisoformat(body["startDate"]))
        end = str(date.fromisoformat(body["endDate"]))
    except (KeyError, TypeError, ValueError):
        raise invalid("startDate and endDate are required as YYYY-MM-DD") from None
    if start > end:
        raise invalid("startDate must not be after endDate")
    dims = body.get("dimensions") or []
    if not set(dims) <= set(DIMENSIONS) or len(set(dims)) != len(dims):
        raise invalid("unknown or repeated dimension")
    if "hour" in dims and body.get("dataState") != "hourly_all":
        raise invalid("hour needs dataState hourly_all")
    if body.get("type", body.get("searchType", "web")) not in TYPES:
        raise invalid("unknown type")
    state = str(body.get("dataState", "final")).lower()
    if state not in STATES:
        raise invalid("unknown dataState")
    limit, offset = body.get("rowLimit", USUAL_PAGE), body.get("startRow", 0)
    if type(limit) is not int or not 1 <= limit <= LONGEST_PAGE:
        raise invalid("rowLimit must be between 1 and 25000")
    if type(offset) is not int or offset < 0:
        raise invalid("startRow must not be negative")
    if body.get("aggregationType") == "byProperty" and "page" in dims:
        raise invalid("by page one cannot aggregate by property")
    return start, end, dims, state, limit, offset


def _filters(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        f for group in body.get("dimensionFilterGroups") or [] for f in group.get("filters") or []
    ]


def _filters_by(body: dict[str, Any], dimension: str) -> bool:
    return any(f.get("dimension") == dimension for f in _filters(body))


def _passes(row: dict[str, Any], body: dict[str, Any]) -> bool:
    for f in _filters(body):
        value, wanted = row.get(f["dimension"]), str(f["expression"])
        operator = f.get("operator", "equals")
        if value is None:
            return False
        found = (
            value.lower() == wanted.lower()
            if "quals" in operator
            else wanted.lower() in value.lower()
        )
        if found == operator.startswith("not"):
            return False
    return True


def _shown(
    keys: tuple[str, ...], clicks: float, impressions: float, weighted: float
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "clicks": clicks,
        "impressions": impressions,
        "ctr": clicks / impressions,
        "position": weighted / impressions,
    }
    return {"keys": list(keys)} | row if keys else row


# ------------------------------------------------------------------ Bing
def bing_stamp(day: date, zone: bool = True) -> str:
    """Midnight in Redmond as the service writes it: milliseconds since 1970 and an offset."""
    winter = not _pacific_summer(day)
    moment = datetime(day.year, day.month, day.day, 8 if winter else 7, tzinfo=UTC)
    return f"/Date({int(moment.timestamp() * 1000)}{('-0800' if winter else '-0700') if zone else ''})/"


def _pacific_summer(day: date) -> bool:
    march = date(day.year, 3, 14) - timedelta(days=(date(day.year, 3, 14).weekday() + 1) % 7)
    november = date(day.year, 11, 7) - timedelta(days=(date(day.year, 11, 7).weekday() + 1) % 7)
    return march < day <= november


def bing_error(code: int) -> Refusal:
    """Bing answers 400 for every error, throttling too; what went wrong is ``ErrorCode``."""
    return Refusal(400, {"ErrorCode": code, "Message": f"ERROR!!! {BING_CODES[code]}"})


def bing(data: Dataset, method: str, asked: dict[str, str]) -> Any:
    """Answer a GET of the JSON interface, without the ``d`` wrapper."""
    if method == "GetUserSites":
        return [
            {
                "__type": "Site:#Microsoft.Bing.Webmaster.Api",
                "Url": s["siteUrl"],
                "AuthenticationCode": "CODE",
                "DnsVerificationCode": "x.verify.example",
                "IsVerified": s["permissionLevel"] != "siteUnverifiedUser",
            }
            for s in data.sites
            if s["siteUrl"].startswith("http")
        ]
    sites = {s["siteUrl"].rstrip("/"): s for s in data.sites}
    site = sites.get(asked.get("siteUrl", "").rstrip("/"))
    if site is None or site["permissionLevel"] == "siteUnverifiedUser":
        raise bing_error(14)
    rows = data.rows("final")
    if method == "GetRankAndTrafficStats":
        kind = "RankAndTrafficStats:#Microsoft.Bing.Webmaster.Api"
        return [
            {
                "__type": kind,
                "Clicks": c,
                "Date": bing_stamp(date.fromisoformat(day)),
                "Impressions": i,
            }
            for day, (c, i) in sorted(_sums(rows, lambda r: r["date"]).items())
        ]
    if method in ("GetQueryStats", "GetPageStats"):
        field = "query" if method == "GetQueryStats" else "page"
        named = [r for r in rows if r[field]]
        out = []
        for (day, name), (clicks, impressions) in sorted(
            _sums(named, lambda r: (_week(r["date"]), r[field])).items()
        ):
            out.append(
                {
                    "__type": "QueryStats:#Microsoft.Bing.Webmaster.Api",
                    "AvgClickPosition": -1 if clicks == 0 else 1 + draw(day, name) % 9,
                    "AvgImpressionPosition": 2 + draw(name, day) % 40,
                    "Clicks": clicks,
                    "Date": bing_stamp(date.fromisoformat(day)),
                    "Impressions": impressions,
                    "Query": name,
                }
            )  # by page too: the page's address is in Query
        return out
    raise Refusal(
        404, "<html><body>Endpoint not found.</body></html>", {"Content-Type": "text/html"}
    )


def _week(day: str) -> str:
    found = date.fromisoformat(day)
    return str(
        found + timedelta(days=(4 - found.weekday()) % 7)
    )  # statistics come weekly, on Fridays


def _sums(rows: list[dict[str, Any]], key: Any) -> dict[Any, tuple[int, int]]:
    sums: dict[Any, list[int]] = {}
    for row in rows:
        group = sums.setdefault(key(row), [0, 0])
        group[0] += row["clicks"]
        group[1] += row["impressions"] - row["shared"]
    return {k: (c, i) for k, (c, i) in sums.items()}


# ------------------------------------------------------------------ tokens
class Tokens:
    """The access and refresh tokens of both token endpoints."""

    def __init__(self) -> None:
        self.access: dict[str, float] = {}
        self.refresh: set[str] = {"refresh-1"}
        self.codes: dict[str, str] = {}
        self.made = 0
        self.lock = threading.Lock()

    def grant(
        self, form: dict[str, str], expires_in: int, rotate: bool, always_refresh: bool
    ) -> dict[str, Any]:
        with self.lock:
            kind = form.get("grant_type")
            if not form.get("client_id") or not form.get("client_secret"):
                raise Refusal(
                    401,
                    {
                        "error": "invalid_client",
                        "error_description": "The OAuth client was not found.",
                    },
                )
            if kind == "authorization_code":
                if self.codes.pop(form.get("code", ""), None) != form.get("redirect_uri", ""):
                    raise Refusal(
                        400, {"error": "invalid_grant", "error_description": "Bad Request"}
                    )
                refresh = self._new("refresh")
                self.refresh.add(refresh)
            elif kind == "refresh_token":
                if form.get("refresh_token") not in self.refresh:
                    raise Refusal(
                        400,
                        {
                            "error": "invalid_grant",
                            "error_description": "Token has been expired or revoked.",
                        },
                    )
                refresh = form["refresh_token"] if always_refresh else ""
                if rotate:
                    self.refresh.discard(form["refresh_token"])
                    refresh = self._new("refresh")
                    self.refresh.add(refresh)
            else:
                raise Refusal(400, {"error": "unsupported_grant_type"})
            access = self._new("access")
            self.access[access] = time.time() + expires_in
        answer = {
            "access_token": access,
            "expires_in": expires_in,
            "token_type": "Bearer",
            "scope": "https://www.googleapis.com/auth/webmasters.readonly",
        }
        return answer | ({"refresh_token": refresh} if refresh else {})

    def _new(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made + 1}"

    def holds(self, header: str | None) -> bool:
        scheme, _, token = (header or "").partition(" ")
        return scheme.lower() == "bearer" and self.access.get(token, 0) > time.time()

    def expire(self) -> None:
        with self.lock:
            self.access = dict.fromkeys(self.access, 0.0)


# ------------------------------------------------------------------ behaviours
class Sent(Exception):
    """The behaviour has answered by itself."""


def retry_at(options: dict[str, Any], default: int) -> str:
    return format_datetime(
        datetime.now(UTC) + timedelta(seconds=options.get("retry_after", default)), usegmt=True
    )


def b_429_seconds(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        429,
        google_error(
            429, "rateLimitExceeded", "Quota exceeded.", "usageLimits", "RESOURCE_EXHAUSTED"
        ),
        {"Retry-After": str(o.get("retry_after", 7))},
    )


def b_429_date(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        429,
        google_error(
            429, "rateLimitExceeded", "Quota exceeded.", "usageLimits", "RESOURCE_EXHAUSTED"
        ),
        {"Retry-After": retry_at(o, 90)},
    )


def b_403_quota(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        403,
        google_error(
            403,
            "quotaExceeded",
            "Search Analytics load quota exceeded.",
            "usageLimits",
            "PERMISSION_DENIED",
        ),
    )


def b_403_rate(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        403,
        google_error(
            403,
            o.get("reason", "userRateLimitExceeded"),
            "User rate limit exceeded.",
            "usageLimits",
            "PERMISSION_DENIED",
        ),
    )


def b_403_forbidden(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        403,
        google_error(
            403,
            "forbidden",
            "User does not have sufficient permission for site.",
            "global",
            "PERMISSION_DENIED",
        ),
    )


def b_401_expired(call: Call, o: dict[str, Any]) -> None:
    call.state.tokens.expire()
    raise unauthenticated()


def unauthenticated() -> Refusal:
    body = google_error(
        401,
        "authError",
        "Request had invalid authentication credentials.",
        "global",
        "UNAUTHENTICATED",
    )
    return Refusal(
        401,
        body,
        {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )


def b_invalid_grant(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    )


def b_invalid_client(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}
    )


def b_500(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        500, google_error(500, "backendError", "Internal error encountered.", "global", "INTERNAL")
    )


def b_502(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        502,
        "<html><head><title>502</title></head><body>Bad Gateway</body></html>",
        {"Content-Type": "text/html"},
    )


def b_503(call: Call, o: dict[str, Any]) -> None:
    headers = {"Retry-After": str(o["retry_after"])} if "retry_after" in o else {}
    raise Refusal(
        503,
        google_error(
            503, "backendError", "The service is currently unavailable.", "global", "UNAVAILABLE"
        ),
        headers,
    )


def b_html(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        200,
        "<!doctype html><html><body><h1>Sign in</h1></body></html>",
        {"Content-Type": "text/html; charset=utf-8"},
    )


def b_bad_json(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(
        200,
        '{"rows": [{"keys": ["2026-03-01"], "clicks": 1,]}',
        {"Content-Type": "application/json"},
    )


def b_slow(call: Call, o: dict[str, Any]) -> None:
    time.sleep(o.get("seconds", 30))


def b_slow_body(call: Call, o: dict[str, Any]) -> None:
    """Headers at once, then a byte now and then: a read timeout per byte never ends this."""
    body = json.dumps(call.answer()).encode()
    call.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
    for i in range(len(body)):
        call.wfile.write(body[i : i + 1])
        call.wfile.flush()
        time.sleep(o.get("seconds", 0.5))
    raise Sent


def b_truncated(call: Call, o: dict[str, Any]) -> None:
    body = json.dumps(call.answer()).encode()
    call.begin(200, {"Content-Type": "application/json", "Content-Length": str(len(body))})
    call.wfile.write(body[: max(1, int(len(body) * o.get("share", 0.5)))])
    call.close_connection = True
    raise Sent


def b_reset(call: Call, o: dict[str, Any]) -> None:
    call.close_connection = True
    raise Sent


def b_empty(call: Call, o: dict[str, Any]) -> None:
    if call.scope == "gsc.query":
        raise Refusal(200, {"responseAggregationType": "byProperty"})
    if call.scope == "gsc.sites":
        raise Refusal(200, {})
    raise Refusal(200, {"d": []})


def b_d_null(call: Call, o: dict[str, Any]) -> None:
    raise Refusal(200, {"d": None})


def b_bing_code(call: Call, o: dict[str, Any]) -> None:
    raise bing_error(o.get("code", 4))


BEHAVIOURS: dict[str, Any] = {
    name.removeprefix("b_"): value
    for name, value in list(globals().items())
    if name.startswith("b_")
}
TOKEN_OPTIONS = {"rotate", "expires_in"}  # switched like behaviours, on the scopes *.token


# ------------------------------------------------------------------ server
class State:
    """What all threads of a server share."""

    def __init__(self, data: Dataset, sites: Path | None) -> None:
        self.data, self.tokens = data, Tokens()
        self.switches: list[dict[str, Any]] = []
        self.log: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.hosts = load_sites(sites) if sites else {}

    def behaviour(self, scope: str, number: int) -> dict[str, Any] | None:
        with self.lock:
            for switch in self.switches:
                if switch["scope"] not in ("*", scope) and not scope.startswith(
                    switch["scope"].rstrip("*") or "\0"
                ):
                    continue
                if switch.get("after", 0) >= number or switch.get("times") == 0:
                    continue
                if switch.get("times") is not None:
                    switch["times"] -= 1
                return dict(switch)
        return None


class Call(BaseHTTPRequestHandler):
    """One connection; ``answer()`` is what a healthy service would say to the current request."""

    protocol_version = "HTTP/1.1"
    state: State
    scope = ""
    answer: Any

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def _serve(self) -> None:
        try:
            host = (self.headers.get("Host") or "").split(":")[0].lower()
            if host in self.state.hosts:
                return serve_site(self, self.state.hosts[host])
            url = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if url.path.startswith("/_fake/"):
                return self._control(url.path[7:], raw, parse_qs(url.query))
            self._api(url.path, raw, {k: v[0] for k, v in parse_qs(url.query).items()})
        except Sent:
            pass
        except Refusal as refusal:
            self.send(refusal.status, refusal.body, refusal.headers)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _api(self, path: str, raw: bytes, asked: dict[str, str]) -> None:
        body: Any = None
        found = self._route(path, asked)
        if found is None:
            raise Refusal(404, {"error": {"code": 404, "message": "Not Found"}})
        self.scope, work, needs_token = found
        if raw:
            kind = self.headers.get("Content-Type", "")
            body = (
                json.loads(raw)
                if "json" in kind
                else {k: v[0] for k, v in parse_qs(raw.decode()).items()}
            )
        entry = {
            "scope": self.scope,
            "method": self.command,
            "path": self.path,
            "body": body,
            "at": time.time(),
            "authorization": self.headers.get("Authorization"),
        }
        with self.state.lock:
            self.state.log.append(entry)
            number = sum(e["scope"] == self.scope for e in self.state.log)
        switch = self.state.behaviour(self.scope, number)
        self.answer = lambda: work(body or {}, switch or {})
        if switch and switch["behaviour"] in BEHAVIOURS:
            BEHAVIOURS[switch["behaviour"]](self, switch)
        if needs_token and not self._may(asked):
            raise unauthenticated() if self.scope.startswith("gsc") else bing_error(3)
        self.send(200, self.answer())

    def _may(self, asked: dict[str, str]) -> bool:
        return (
            self.state.tokens.holds(self.headers.get("Authorization"))
            or asked.get("apikey") == "key-1"
        )

    def _route(self, path: str, asked: dict[str, str]) -> Any:
        tokens, data = self.state.tokens, self.state.data
        if path in ("/token", "/webmasters/oauth/token"):
            bing_one = path.startswith("/webmasters/")
            return (
                "bing.token" if bing_one else "google.token",
                lambda form, o: tokens.grant(
                    form, o.get("expires_in", 3599), o.get("behaviour") == "rotate", bing_one
                ),
                False,
            )
        if path in ("/o/oauth2/v2/auth", "/webmasters/OAuth/authorize"):
            return "authorize", lambda *_: self._authorize(asked), False
        if path == "/webmasters/v3/sites":
            return "gsc.sites", lambda *_: {"siteEntry": data.sites}, True
        if path.startswith("/webmasters/v3/sites/") and path.endswith("/searchAnalytics/query"):
            site = unquote(path[len("/webmasters/v3/sites/") : -len("/searchAnalytics/query")])
            return "gsc.query", lambda body, _: query(data, site, body), True
        if path.startswith("/webmaster/api.svc/json/"):
            method = path.rsplit("/", 1)[1]
            return f"bing.{method}", lambda *_: {"d": bing(data, method, asked)}, True
        return None

    def _authorize(self, asked: dict[str, str]) -> None:
        code = f"code-{draw(time.time_ns())}"
        self.state.tokens.codes[code] = asked.get("redirect_uri", "")
        to = (
            asked.get("redirect_uri", "")
            + "?"
            + urlencode({"code": code, "state": asked.get("state", "")})
        )
        raise Refusal(302, "", {"Location": to})

    def _control(self, verb: str, raw: bytes, asked: dict[str, list[str]]) -> None:
        said = json.loads(raw or b"{}")
        with self.state.lock:
            if verb == "switch":
                self.state.switches.insert(0, said)
            elif verb == "reset":
                self.state.switches.clear()
                self.state.log.clear()
                self.state.tokens = Tokens()
            elif verb == "expire":
                self.state.tokens.expire()
            elif verb == "data":
                self.state.data = Dataset(said)
            elif verb == "log":
                scope = asked.get("scope", [""])[0]
                return self.send(200, [e for e in self.state.log if e["scope"].startswith(scope)])
        return self.send(200, {"ok": True})

    def begin(self, status: int, headers: dict[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Send a whole answer; what is not text or bytes is sent as JSON."""
        headers = dict(headers or {})
        if not isinstance(body, str | bytes):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        content = body.encode() if isinstance(body, str) else body
        self.begin(status, headers | {"Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)


# ------------------------------------------------------------------ web sites
def load_sites(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what answers for each host: {host: {"routes": {path: route}, "folder": Path}}."""
    hosts: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*/site.json")):
        site = json.loads(path.read_text())
        for host, routes in site.get("hosts", {}).items():
            hosts[host.lower()] = {"routes": routes, "folder": path.parent, "seen": []}
    return hosts


def serve_site(call: Call, site: dict[str, Any]) -> None:
    """Answer a request to a web site. A route may be a list: one entry per visit, the last stays."""
    path = call.path.split("?")[0] if call.path not in site["routes"] else call.path
    with call.state.lock:
        visits = sum(p == path for p in site["seen"])
        site["seen"].append(path)
    route = site["routes"].get(path, site["routes"].get("*", {"status": 404, "text": "Not found"}))
    if isinstance(route, list):
        route = route[min(visits, len(route) - 1)]
    if call.command == "HEAD" and route.get("no_head"):
        return call.send(405, "", {"Allow": "GET"})
    headers = {"Content-Type": "text/html; charset=utf-8"} | route.get("headers", {})
    etag = headers.get("ETag")
    if etag and call.headers.get("If-None-Match") == etag:
        return call.begin(304, {"ETag": etag})
    time.sleep(route.get("delay", 0))
    if "endless" in route:  # no length; a byte cap has to end it
        call.begin(200, headers | {"Connection": "close"})
        call.close_connection = True
        piece = route["endless"].encode() * 512
        for _ in range(route.get("pieces", 100_000)):
            call.wfile.write(piece)
        return None
    content = site_body(route, site["folder"])
    if "gzip_of_zeros" in route:
        headers["Content-Encoding"] = "gzip"
    return call.send(route.get("status", 200), content, headers)


@functools.cache
def gzip_of_zeros(megabytes: int) -> bytes:
    """Return a gzip file that unpacks to so many megabytes of zeros: one block, said again and again."""
    packer, megabyte = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 20)
    first = packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(megabyte, check)
    size = (megabytes << 20) & 0xFFFFFFFF
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return head + first + again * (megabytes - 1) + packer.flush() + struct.pack("<II", check, size)


def site_body(route: dict[str, Any], folder: Path) -> bytes:
    """Return the bytes of a route: a file, a text in an encoding, or many zeros in few bytes."""
    if "file" in route:
        content = (folder / route["file"]).read_bytes()
    elif "gzip_of_zeros" in route:
        content = gzip_of_zeros(route["gzip_of_zeros"])
    else:
        content = route.get("text", "").encode(route.get("encoding", "utf-8"))
    if "repeat" in route:
        content *= route["repeat"]
    return gzip.compress(content) if route.get("gzip") else content


class FakeServers:
    """All of it on one port of the loopback interface, in a thread."""

    def __init__(
        self, data: dict[str, Any] | None = None, sites: Path | str | None = None, port: int = 0
    ) -> None:
        folder = Path(sites) if sites else Path(__file__).parent / "sites"
        self.state = State(Dataset(data or SMALL), folder if folder.is_dir() else None)
        handler = type("BoundCall", (Call,), {"state": self.state})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.base = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> FakeServers:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def switch(
        self,
        scope: str,
        behaviour: str,
        *,
        times: int | None = None,
        after: int = 0,
        **options: Any,
    ) -> None:
        """Do ``behaviour`` for requests of ``scope``: ``times`` of them, beginning after the first ``after``."""
        if behaviour not in BEHAVIOURS and behaviour not in TOKEN_OPTIONS | {"ok"}:
            raise ValueError(f"no such behaviour: {behaviour}")
        if behaviour == "expires_in":
            options.setdefault("expires_in", options.get("seconds", 60))
        with self.state.lock:
            self.state.switches.insert(
                0,
                {"scope": scope, "behaviour": behaviour, "times": times, "after": after} | options,
            )

    def reset(self) -> None:
        """Forget switches, log and tokens."""
        with self.state.lock:
            self.state.switches.clear()
            self.state.log.clear()
            self.state.tokens = Tokens()

    def expire(self) -> None:
        """Make every access token old."""
        self.state.tokens.expire()

    def log(self, scope: str = "") -> list[dict[str, Any]]:
        """Return the requests so far whose scope begins with ``scope``."""
        return [e for e in self.state.log if e["scope"].startswith(scope)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sites", default=None)
    parser.add_argument("--data", default=None, help="a JSON file with a data set")
    given = parser.parse_args()
    data = json.loads(Path(given.data).read_text()) if given.data else None
    with FakeServers(data, given.sites, given.port) as fake:
        print(json.dumps({"base": fake.base, "hosts": sorted(fake.state.hosts)}), flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
