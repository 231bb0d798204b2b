"""`make bench`: the readings page and submissions beside the machine's own limits."""

from __future__ import annotations

import itertools
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench.limits import durable_commits, hello
from tests.bench.load import Result, request_of, run
from tests.servers import Server, cookies_of, served
from tests.source import ROOT

NOW = "2026-11-12T10:42"
RUNS = 3
PAGE = "/personal/4070000015/readings/"
CREDENTIALS = {"login": "4070000015", "password": "voda-demo-2026"}
TOKEN = re.compile(r'<input[^>]*name="csrf_token"[^>]*value="([^"]+)"')
METER = re.compile(r'name="meter-([0-9]+)"')
MEBIBYTE = 1024 * 1024


def main() -> None:
    """Measures everything three times and prints the medians."""
    (ROOT / "instance").mkdir(exist_ok=True)
    # On the disk that a utility would use, not in memory.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "instance"))
    try:
        _load_town(folder)
        rows = _measured(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(rows)
    target = ROOT / "instance" / "bench.json"
    target.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def _measured(folder: Path) -> list[dict[str, float | str]]:
    commits = median(durable_commits(_fresh(folder)) for _ in range(RUNS))
    with hello(folder) as bare:
        limit = _median(lambda: _get("hello", bare, "/healthz"))
    with served(folder, f"sqlite:///{folder / 'portal.db'}", now=NOW) as portal:
        began = portal.began_in
        _sign_in(portal)
        page = _median(lambda: _get("readings page", portal, PAGE))
        sent = _median(lambda: _send(portal))
        memory = max(each.memory_info().rss for each in portal.workers) / MEBIBYTE
    return [
        {"what": "durable commits of one writer", "per second": round(commits)},
        _row(limit, limit.rate),
        _row(page, limit.rate),
        _row(sent, limit.rate),
        {"what": "start to first answer, s", "measured": round(began, 2), "goal": 2},
        {"what": "largest worker, MB resident", "measured": round(memory), "goal": 120},
    ]


def _load_town(folder: Path) -> None:
    environment = {
        **os.environ,
        "VODOKANAL_INSTANCE": str(folder),
        "VODOKANAL_DEMO": "1",
        "VODOKANAL_NOW": NOW,
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "load-demo"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def _fresh(folder: Path) -> Path:
    for each in folder.glob("commits.db*"):
        each.unlink()
    return folder


def _sign_in(portal: Server) -> None:
    form = portal.get("/login")
    portal.cookies = cookies_of(form.headers["set-cookie"])
    portal.form = {"csrf_token": _token(form.body)}
    answer = portal.post("/login", CREDENTIALS)
    portal.cookies |= cookies_of(answer.headers["set-cookie"])
    # A new session begins with the sign-in, and its token with the first form.
    form = portal.get(PAGE)
    portal.cookies |= cookies_of(form.headers.get("set-cookie", ""))
    portal.form = {"csrf_token": _token(form.body)}


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise LookupError("the page has no form")
    return found[1]


def _get(name: str, server: Server, path: str) -> Result:
    request = request_of("GET", path, port=server.port, cookies=server.cookies)
    return run(name, server.port, request=lambda: request, status=b"200")


def _send(portal: Server) -> Result:
    """Each request brings a new value of both meters: the longest way, a correction."""
    meters = METER.findall(portal.get(f"{PAGE}?change=1").body) or METER.findall(
        portal.get(PAGE).body
    )
    litres = itertools.count(secrets.randbelow(2000))

    def request() -> bytes:
        more = next(litres)
        values = {
            f"meter-{meter}": f"{base},{more % 1000:03d}"
            for meter, base in zip(meters, BASES, strict=True)
        }
        body = urlencode({**portal.form, **values, "key": secrets.token_urlsafe(16)})
        return request_of("POST", PAGE, port=portal.port, cookies=portal.cookies, body=body)

    return run("accepted submissions", portal.port, request=request, status=b"303")


# Above the readings of October on the demo's two meters, and within their usual month.
BASES = ("156", "89")


def _median(measure: Callable[[], Result]) -> Result:
    results = sorted((measure() for _ in range(RUNS)), key=lambda each: each.rate)
    return results[RUNS // 2]


def _row(result: Result, limit: float) -> dict[str, float | str]:
    return {
        "what": result.name,
        "per second": round(result.rate),
        "of hello, %": round(result.rate / limit * 100, 1),
        "p50, ms": round(result.percentile(0.5), 1),
        "p99, ms": round(result.percentile(0.99), 1),
        "wrong": result.wrong,
    }


def _print(rows: list[dict[str, float | str]]) -> None:
    for row in rows:
        name, *rest = row.items()
        words = "   ".join(f"{label} {value}" for label, value in rest)
        sys.stdout.write(f"{name[1]!s:<32} {words}\n")


if __name__ == "__main__":
    main()
