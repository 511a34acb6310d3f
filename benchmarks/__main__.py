"""Start services of its own, load the data, measure each case against a bare route of the same server."""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_migrate import upgrade

from benchmarks import alerts, catalogue, catalogue_data, data, people, quality, rush
from benchmarks.client import Browser, Figures, Reply, expect, figures, measure
from config import ROOT, Settings
from deploy.services import Services
from marketplace.app import create_app
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit

CHALLENGES, APPLICATIONS, SUBMISSIONS, MANY = 4000, 2000, 80, 50_000
SIZES = ((1_000, 2_000), (10_000, 5_000), (100_000, 20_000))  # challenges and organisations
WORKERS = 2

Part = Callable[[dict[str, str]], list[dict[str, object]]]


def main() -> None:
    """Measure, print tables, write bench.json into the data folder; arguments name the parts to run (all but ``rush``).

    bench.json is one list of cases; those of a smaller catalogue carry its size in their names. What is no page (how
    well search finds, how many a minute are alerted) goes into a file of its own part.
    """
    folder_of_data = Settings.load().data_dir
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("part", nargs="*", help=f"of {', '.join((*PARTS, 'rush'))}")
    parser.add_argument("--startups", type=int, default=1500, help="how many press in the rush")
    given = parser.parse_args()
    parts: dict[str, Part] = {**PARTS, "rush": partial(rush.run, startups=given.startups)}
    wanted = given.part or list(PARTS)
    if unknown := set(wanted) - set(parts):
        raise SystemExit(f"There is no part {', '.join(unknown)}; the parts are {', '.join(parts)}.")
    written: dict[str, list[dict[str, object]]] = {}
    with tempfile.TemporaryDirectory(prefix="tangent-bench-") as folder:
        services = Services(Path(folder), durable=True)
        services.start()
        try:
            for part in wanted:
                services.postgres.ensure_database(part)
                written[part] = parts[part](_environment(services, part))
        finally:
            services.stop()
    cases = {str(row["case"]): row for part in ("catalogue", "pages") for row in written.pop(part, [])}
    for name, rows in {**({"bench": list(cases.values())} if cases else {}), **written}.items():
        target = folder_of_data / ("bench.json" if name == "bench" else f"bench-{name}.json")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        print(f"Written to {target}")


def _environment(services: Services, database: str) -> dict[str, str]:
    return {
        "MARKETPLACE_ENV": "testing",
        "SECRET_KEY": "a secret for the benchmark alone",
        "DATABASE_URL": services.postgres.url(database),
        "REDIS_URL": services.addresses()["redis_url"],
        "DATA_DIR": str(services.folder),
        "READS_PER_MINUTE": "1000000",
        "SUBMISSIONS_PER_HOUR": "1000000",
        "LOG_LEVEL": "error",
    }


def _pages(environment: dict[str, str]) -> list[dict[str, object]]:
    """The main pages, over some thousand challenges and applications."""
    app = create_app(Settings.load(environment))
    with app.app_context(), open_unit():
        upgrade()
        print(f"Loading {CHALLENGES} challenges and {APPLICATIONS} applications", file=sys.stderr)
        cast = data.load(CHALLENGES, APPLICATIONS, SUBMISSIONS)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        db.engine.dispose()
    with _serving(environment) as server:
        found = _cases(server.port, app, cast)
        owners, staff = ([cookie_of(app, token) for token in tokens] for tokens in (cast.owners, cast.staff))
        many = people.measured(server, owners, staff)
        with app.app_context(), open_unit():
            data.grow(MANY - APPLICATIONS)
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
            db.engine.dispose()
        found += _many(server.port, cookie_of(app, cast.manager))
    bare, bare_rows = found[0].p50_ms, found[1].p50_ms
    rows: list[dict[str, object]] = [
        {**asdict(case), "ratio": round(case.p50_ms / bare, 1), "rows": round(case.p50_ms / bare_rows, 1)}
        for case in found
    ]
    print(_table(rows))
    print(people.told(many))
    return [*rows, many]


def _many(port: int, manager: str) -> list[Figures]:
    """What the number of applications may cost: the same pages, with fifty thousand of them."""
    return [
        measure("staff_list_50k", port, "/applications", manager, anew=True),
        measure("desk_50k", port, "/desk", manager),
    ]


def _catalogue(environment: dict[str, str]) -> list[dict[str, object]]:
    """The catalogue at three sizes."""
    app = create_app(Settings.load(environment))
    grown, found = catalogue_data.Catalogue(), []
    with app.app_context():
        upgrade()
    for challenges, organisations in SIZES:
        print(f"Loading {challenges} challenges and {organisations} organisations", file=sys.stderr)
        with app.app_context(), open_unit():
            if not grown.calls:
                grown.begin()
            grown.grow(challenges, organisations)
            db.engine.dispose()
        with _serving(environment) as server:
            found += catalogue.cases(server.port, challenges)
    print(catalogue.table(found))
    return catalogue.rows(found)


def _quality(environment: dict[str, str]) -> list[dict[str, object]]:
    """How well search finds, beside the plainest search of the database."""
    app = create_app(Settings.load(environment))
    with app.app_context():
        upgrade()
        with open_unit():
            found = quality.measured()
        db.engine.dispose()
    print(quality.table(found))
    return quality.rows(found)


PARTS: dict[str, Part] = {
    "pages": _pages,
    "catalogue": _catalogue,
    "quality": _quality,
    "alerts": alerts.run,
}


@contextmanager
def _serving(environment: dict[str, str]) -> Iterator[people.Server]:
    """The product under gunicorn, at a free port."""
    port = _free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "benchmarks.server:application", "--bind", f"127.0.0.1:{port}"),
            *("--workers", str(WORKERS), "--threads", "4", "--worker-class", "gthread", "--log-level", "error"),
        ],
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        _wait(port)
        yield people.Server(port, server.pid)
    finally:
        server.terminate()
        server.wait(20)


def _cases(port: int, app: Flask, cast: data.Cast) -> list[Figures]:
    manager = cookie_of(app, cast.manager)
    pages = [
        ("bare", "/bare/", ""),
        ("bare_rows", "/bare/rows", ""),
        ("public_list", "/challenges", ""),
        ("challenge", f"/challenges/{cast.challenge_id}", ""),
        ("staff_applications", "/applications", manager),
        ("board", "/pairings", manager),
        ("desk", "/desk", manager),
    ]
    found = [measure(case, port, path, cookie) for case, path, cookie in pages]
    found.append(measure("staff_applications_anew", port, "/applications", manager, anew=True))
    names = [f"?q=startup+{n}" for n in range(600)]
    found.append(measure("staff_search", port, "/applications", manager, among=names))
    fresh = [str(id) for id in cast.challenge_ids if id != cast.challenge_id]
    found.append(measure("challenge_first", port, "/challenges/", among=fresh))
    return [*found, _submission(port, app, cast)]


def _submission(port: int, app: Flask, cast: data.Cast) -> Figures:
    """Submit each draft once; the page that draws the form is read before the clock starts."""
    replies: list[Reply] = []
    start = time.perf_counter()
    for token, application_id in cast.drafts:
        browser = Browser(port, cookie_of(app, token))
        page = expect(browser.ask(f"/applications/{application_id}/preview"), 200, "the preview of a draft")
        browser.cookie = page.cookie or browser.cookie
        form = page.body.decode().partition(f'action="/applications/{application_id}/submission"')[2]
        fields = dict(re.findall(r'name="(csrf_token|version|once)"[^>]*value="([^"]*)"', form.partition("</form>")[0]))
        reply = browser.ask(f"/applications/{application_id}/submission", fields)
        replies.append(expect(reply, 303, "a submission"))
    return figures("submission", replies, len(replies) / (time.perf_counter() - start))


def cookie_of(app: Flask, token: str) -> str:
    """The session cookie that signs a person in."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return "session=" + str(signer.dumps({"_user_id": token, "_fresh": True}))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(150):
        try:
            if Browser(port).ask("/bare/").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The server did not start within 30 seconds.")


def _table(rows: list[dict[str, object]]) -> str:
    names = ("case", "queries", "bytes", "p50_ms", "p95_ms", "per_second", "ratio", "rows")
    lines = [names, *(tuple(str(row[name]) for name in names) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


if __name__ == "__main__":
    main()
