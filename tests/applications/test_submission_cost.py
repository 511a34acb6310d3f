"""What the deeds that many press at once cost the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from tests.applications.cast import CONTENT, make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.world import Rows, SignedIn, World

Counted = Callable[[], AbstractContextManager[list[str]]]


def test_submission_and_autosave_take_few_statements(rows: Rows, signed_in: SignedIn, count_queries: Counted) -> None:
    with rows():
        world = World.kept()
        call = make_call(world.programme)
        id = make_application(make_challenge(world.company, call), world.startup).id
    browser = signed_in(world.memberships["startup_owner"])
    here = f"/applications/{id}"
    form = browser.get(f"{here}/preview").text.partition(f'action="{here}/submission"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'name="(csrf_token|version|once)"[^>]*value="([^"]*)"', form))
    written = {name: str(value) for name, value in CONTENT.items()} | {"solution": "Written anew.", "locale": "en"}
    with count_queries() as saving:
        saved = browser.post(f"{here}/draft", data=sent | written, headers={"HX-Autosave": "1"})
    assert saved.status_code == 200 and len(saving) <= 6
    sent["version"] = str(int(sent["version"]) + 1)
    with count_queries() as submitting:
        assert browser.post(f"{here}/submission", data=sent).location == f"{here}/receipt"
    assert len(submitting) <= 16
    assert sum("FOR UPDATE" in statement for statement in submitting) == 1
