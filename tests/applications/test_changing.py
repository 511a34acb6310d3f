"""A submitted application that is being changed: what counts is what is shown, and nothing is written once it ended."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from marketplace.applications import submission
from marketplace.applications.actions import save_draft
from marketplace.applications.models import Application
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World


@pytest.fixture
def changed(rows: Rows) -> int:
    """An application submitted once, with changes that were not."""
    with rows():
        world = World.kept()
        challenge = make_challenge(world.company, make_call(world.programme))
        application = make_application(challenge, world.startup, state="submitted")
        current = application.current
        assert current is not None
        draft = submission.reopen_application(application, world.actor("startup_owner"))
        draft.title, draft.solution = "Half a new title", "Half a new thought."
    return int(application.id)


def page(browser: FlaskClient, address: str) -> str:
    return browser.get(address).text


def test_team_reads_what_counts_and_is_led_to_its_changes(changed: int, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        owner = World.kept().memberships["startup_owner"]
    team, here = signed_in(owner), f"/applications/{changed}"
    shown = page(team, here)
    assert "Half a new" not in shown and "Submit your changes, or give them up" in shown
    assert f'href="{here}/draft"' in shown
    assert "Half a new thought." in page(team, f"{here}/draft") and "Half a new thought." in page(
        team, f"{here}/preview"
    )


def test_withdrawn_application_is_written_no_further(changed: int, rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        application = db.session.get_one(Application, changed)
        submission.withdraw_application(application, world.actor("startup_owner"), reason="We merge.")
        with pytest.raises(Blocked, match="no draft to write in"):
            save_draft(application, {"title": "More"}, world.actor("startup_owner"))
    team, here = signed_in(world.memberships["startup_owner"]), f"/applications/{changed}"
    shown = page(team, here)
    assert "Half a new" not in shown and "/draft" not in shown and "Go on writing" not in shown
    for closed in ("draft", "preview"):
        assert team.get(f"{here}/{closed}").location == here
    assert "The application has ended" in page(team, f"{here}/receipt")
    assert "What happens next" not in page(team, f"{here}/receipt")
    version = page(team, f"{here}/revisions/1")
    assert "The last version before it ended" in version and "This version counts" not in version
