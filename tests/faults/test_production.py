"""The web server under production settings: it starts only where they are sound, and says why it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlalchemy as sa

from marketplace.people.models import User
from tests.faults.harness import ROOT, eventually, free_port
from tests.faults.site import Site
from tests.faults.visitor import Visitor
from tests.people.cast import make_user

pytestmark = pytest.mark.faults

SECRET = "forty characters that nobody else can know"
SITE = "https://tangent.example"
SERVER = (sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")


def refusal(site: Site, **environ: str) -> str:
    """What the server says when it does not start."""
    production = {"MARKETPLACE_ENV": "production", "SITE_URL": SITE, "PORT": str(free_port())}
    asked = {**site.pieces.environ, **production, **environ}
    ended = subprocess.run(SERVER, cwd=ROOT, env=asked, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    return ended.stdout + ended.stderr


def test_missing_secret_is_named(site: Site) -> None:
    assert "SECRET_KEY is missing: set it to at least 32 random characters." in refusal(site)


def test_debugging_is_refused(site: Site) -> None:
    said = refusal(site, SECRET_KEY=SECRET, FLASK_DEBUG="1")
    assert "FLASK_DEBUG is on: it shows code and data to visitors." in said


def test_demo_accounts_are_refused(site: Site) -> None:
    with site.rows():
        user = make_user("Demo", is_demo=True)
    try:
        said = refusal(site, SECRET_KEY=SECRET)
    finally:
        site.do(sa.update(User).where(User.id == user.id).values(is_demo=False))
    assert "this database holds demo accounts, whose password is public." in said


def test_sound_settings_start_with_secure_cookies(site: Site) -> None:
    first, port = site.pieces, free_port()
    kept = first.port, dict(first.extra)
    first.port = port
    first.extra |= {"MARKETPLACE_ENV": "production", "SECRET_KEY": SECRET, "SITE_URL": SITE}
    try:
        process = first.spawn("production", "gunicorn", "-c", "deploy/gunicorn_settings.py", "wsgi:app")
    finally:
        first.port, first.extra = kept
    try:
        visitor = Visitor(port)
        eventually(lambda: answers(visitor), 60, lambda: first.log("production")[-3000:])
        visitor.get("/sign-in")
        assert visitor.cookies and all(cookie.secure for cookie in visitor.cookies)
        assert visitor.get("/kit").status == visitor.get("/dev/mail").status == 404
    finally:
        first.kill(process)


def answers(visitor: Visitor) -> bool:
    """Whether the server is there."""
    try:
        return visitor.get("/healthz").status == 200
    except OSError:
        return False
