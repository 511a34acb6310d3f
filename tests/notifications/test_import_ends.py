"""The end of an import reaches who sent the file: with its figures, in their language, and nobody else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.imports import actions
from marketplace.imports import job as working
from marketplace.kernel import relay
from marketplace.kernel.db import db
from marketplace.kernel.unit_of_work import open_unit
from marketplace.notifications.models import Notification
from tests.imports.desk import LEAK, fresh, imported, lines, sent, tried, work
from tests.notifications.cast import mails
from tests.world import Rows, SignedIn, World

NO_WORDS = {**LEAK, "id": "c2", "title": "", "description": ""}


def told() -> list[tuple[int, str]]:
    rows = db.session.execute(sa.select(Notification.user_id, Notification.step).order_by(Notification.id))
    return [(user_id, step) for user_id, step in rows if step.startswith("import.")]


@pytest.mark.parametrize(
    ("locale", "figures"),
    [
        ("en", "added: 1, changed: 0, unchanged: 0, refused: 1"),
        ("fr", "ajoutées\u00a0: 1, modifiées\u00a0: 0, inchangées\u00a0: 0, refusées\u00a0: 1"),
        ("ko", "추가 1건, 변경 0건, 그대로 0건, 거부 1건"),
    ],
)
def test_end_of_an_import_is_told_to_its_starter_with_its_figures(world: World, locale: str, figures: str) -> None:
    starter = world.user("manager")
    starter.locale = locale
    job = imported(world.actor("manager"), lines(LEAK, NO_WORDS), "leaks.jsonl")
    assert (job.state, told()) == ("done", [(starter.id, "import.finish")])
    assert [(mail.user_id, mail.locale) for mail in mails()] == [(starter.id, locale)]
    body = mails()[0].body
    assert mails()[0].subject.startswith("leaks.jsonl")
    assert figures in body
    assert f"/imports/{job.id}\n" in body


def test_colleague_who_stops_an_import_has_its_starter_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 1)
    starter = world.actor("manager")
    with open_unit():
        job = tried(sent(starter, lines(*({**LEAK, "id": f"s{n}"} for n in range(4)))), starter)
        actions.start_import(job, starter)
        db.session.commit()
        relay.run_due(1)
        actions.stop_import(fresh(job), world.actor("broker"))
        db.session.commit()
        work()
    assert told() == [(starter.user_id, "import.stop")]
    assert "added: 1, changed: 0, unchanged: 0, refused: 0, not imported: 3" in mails()[0].body


def test_who_stops_their_own_import_needs_no_message(world: World) -> None:
    starter = world.actor("manager")
    with open_unit():
        job = tried(sent(starter, lines(LEAK)), starter)
        actions.start_import(job, starter)
        actions.stop_import(job, starter)
        db.session.commit()
        work()
    assert (told(), mails()) == ([], [])


def test_file_that_cannot_be_read_says_so_and_why(world: World) -> None:
    with open_unit():
        job = sent(world.actor("broker"), b"a,b\n", "empty.csv")
    assert (job.state, told()) == ("unreadable", [(world.user("broker").id, "import.give_up")])
    assert "no row below them" in mails()[0].body


def test_starter_who_left_the_centre_is_not_told(world: World) -> None:
    starter = world.memberships["broker"]
    with open_unit():
        job = tried(sent(world.actor("broker"), lines(LEAK)), world.actor("broker"))
        actions.start_import(job, world.actor("broker"))
        db.session.delete(starter)
        db.session.commit()
        work()
    assert (fresh(job).state, told(), mails()) == ("done", [], [])


def test_notifications_name_the_file_and_its_figures(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        id_ = imported(World.kept().actor("manager"), lines(LEAK, NO_WORDS), "leaks.jsonl").id
    with rows():
        manager = World.kept().memberships["manager"]
    page = signed_in(manager).get("/notifications").text
    assert f'<a href="/imports/{id_}">leaks.jsonl</a>' in page
    assert "finished the import · added: 1, changed: 0, unchanged: 0, refused: 1" in page
