"""What the worker does: tries out without a trace, takes each row once, and gives everything back."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from marketplace.calls.models import Call
from marketplace.calls.queries import visible_to as calls_visible_to
from marketplace.challenges.actions import publish_challenges
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.challenges.reference_rows import References
from marketplace.imports import actions, queries, retention, reversal
from marketplace.imports import job as working
from marketplace.imports.models import Import, ImportPiece, ImportRow
from marketplace.kernel import clock, relay
from marketplace.kernel.db import db
from marketplace.kernel.errors import Blocked, Forbidden, Invalid, Stale
from marketplace.kernel.events import Event, Outbox
from marketplace.notifications.models import Notification
from marketplace.people.models import Organisation
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.imports.desk import CALL, COMPLETE, LEAK, fresh, imported, lines, rows_of, sent, taken, tried, work
from tests.network.cast import make_programme
from tests.people.cast import make_organisation
from tests.world import World

TABLES = (Challenge, ChallengeText, Organisation, Call, Event)


def stored(*models: Any) -> tuple[int, ...]:
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(m)) or 0 for m in models or TABLES)


def many(number: int) -> bytes:
    return lines(*({**LEAK, "id": f"m{n}", "sponsor": f"City {n % 7}"} for n in range(number)))


def outcomes(job: Import) -> list[str | None]:
    return [row.outcome for row in rows_of(job)]


def reasons(job: Import) -> list[list[str]]:
    return [[reason["code"] for reason in row.reasons] for row in rows_of(job)]


def test_trial_writes_nothing_and_says_what_the_import_then_does(world: World) -> None:
    actor = world.actor("manager")
    imported(actor, lines(LEAK))
    data = lines(
        {**LEAK, "title": "More leaks"}, {**LEAK, "id": "c2"}, {**LEAK, "id": "c2"}, {**LEAK, "closes": "x"}, "{"
    )
    before = stored(Challenge, ChallengeText, Organisation, Call)
    job = tried(sent(actor, data), actor)
    assert (job.state, stored(Challenge, ChallengeText, Organisation, Call)) == ("checked", before)
    found = [row.verdict for row in rows_of(job)]
    assert found == ["changed", "added", "refused", "refused", "refused"]
    assert reasons(job) == [[], [], ["twice"], ["not_a_day"], ["not_json"]]
    assert outcomes(taken(job, actor)) == found


def test_reference_record_is_what_the_command_line_makes(world: World) -> None:
    job = imported(
        world.actor("broker"), lines(LEAK, {**LEAK, "id": "c2", "title": "", "prize": "1 000", "currency": "€"})
    )
    assert (job.state, outcomes(job)) == ("done", ["added", "added"])
    challenge = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "c1")).one()
    assert challenge.call is not None and challenge.organisation is not None
    assert (challenge.is_reference, challenge.call.source, challenge.licence) == (True, "Open city", "CC BY 4.0")
    assert (challenge.organisation.state, challenge.organisation.source_id) == ("unverified", "sponsor city of springs")
    assert (challenge.texts["en"].problem, challenge.state_at(clock.now())) == ("Find leaks.", "archived")
    second = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "c2")).one()
    assert (second.texts["en"].title, second.budget, second.currency) == ("Find leaks.", 1000, "EUR")
    told = db.session.scalars(sa.select(Event.step).where(Event.subject_type == "challenge")).all()
    steps = db.session.scalars(sa.select(Notification.step)).all()
    assert (told, steps) == ([], ["import.finish"])  # who sent the file alone hears of it


def test_file_twice_changes_nothing(world: World) -> None:
    actor, data = world.actor("manager"), lines(LEAK, {**LEAK, "id": None, "title": "No key"})
    assert outcomes(imported(actor, data)) == ["added", "added"]
    before = stored(Challenge, ChallengeText, Organisation, Call)
    assert outcomes(imported(actor, data)) == ["unchanged", "unchanged"]
    assert stored(Challenge, ChallengeText, Organisation, Call) == before


def test_records_of_another_centre_are_left_alone(world: World) -> None:
    imported(world.actor("manager"), lines(LEAK))
    job = imported(world.actor("foreign_manager"), lines({**LEAK, "title": "Ours now"}))
    assert (outcomes(job), reasons(job)) == (["refused"], [["not_yours"]])
    assert outcomes(imported(world.actor("foreign_manager"), lines(LEAK))) == ["unchanged"]


def test_a_file_names_no_company_that_its_centre_does_not_deal_with(world: World) -> None:
    """A challenge is a dealing, and would open the company's private facts to whoever imports it."""
    call = make_call(make_programme(world.foreign_centre))
    name = world.company.name("en")
    imported(world.actor("foreign_manager"), lines({**COMPLETE, "sponsor": name}), call=call)
    made = db.session.scalars(sa.select(Challenge).where(Challenge.call_id == call.id)).one()
    assert made.organisation is not None and made.organisation.name("en") == name
    assert made.organisation_id != world.company.id


def test_candidates_wait_for_their_staff_and_can_be_published(world: World) -> None:
    actor = world.actor("broker")
    call = make_call(world.programme)
    known = make_organisation("large", "Springs Pumps", verifying_centre_id=world.centre.id)
    job = imported(actor, lines(COMPLETE, {**COMPLETE, "id": "k2", "sponsor": "Unheard Of"}), call=call)
    assert outcomes(job) == ["added", "added"]
    first, second = db.session.scalars(sa.select(Challenge).where(Challenge.call_id == call.id).order_by(Challenge.id))
    assert (first.state, second.state, first.is_reference, first.published_at) == (
        "candidate",
        "candidate",
        False,
        None,
    )
    assert (first.organisation_id, first.centre_id) == (known.id, world.centre.id)
    assert second.organisation is not None
    assert (second.organisation.source, second.organisation.state) == (None, "unverified")
    published, refused = publish_challenges([first, second], actor, call)
    assert (published, refused) == ([first, second], [])
    again = imported(actor, lines({**COMPLETE, "title": "Louder pumps"}), call=call)
    assert reasons(again) == [["moved_on"]]


def test_unfinished_candidate_is_refused_with_all_it_lacks(world: World) -> None:
    call = make_call(world.programme)
    row = {**COMPLETE, "trl_from": "8", "owner_name": "", "ip_option": "ours"}
    job = imported(
        world.actor("manager"), lines(row, {**COMPLETE, "trl_from": "8", "decision_date": "2020-01-01"}), call=call
    )
    assert reasons(job) == [["not_a_choice", "missing"], ["trl_order", "decision_early"]]


def test_draft_calls_are_complete_with_stages_and_seen_by_their_centres_alone(world: World) -> None:
    actor = world.actor("manager")
    data = lines(CALL, {**CALL, "id": "a2", "track": "bottom_up"}, {**CALL, "id": "a3", "award_amount": "1 000"})
    job = imported(actor, data, kind="draft_calls", target=world.programme)
    assert reasons(job) == [[], ["linked"], []]
    call = db.session.get_one(Call, rows_of(job)[0].subject_id)
    assert (call.state, call.texts["en"].title, call.programme_id) == ("draft", "Water call", world.programme.id)
    assert call.opens_at is not None and call.opens_at.isoformat() == "2039-03-01T00:00:00+00:00"
    assert len(call.stages) > 3 and len(call.rules) > 3
    seen = {
        role
        for role in World.ROLES
        if db.session.scalars(calls_visible_to(world.actor(role)).where(Call.id == call.id)).first()
    }
    assert seen == {"manager", "broker", "cooperating_manager", "network_staff"}
    changed = imported(actor, lines({**CALL, "closes": "2039-03-31"}), kind="draft_calls", target=world.programme)
    assert outcomes(changed) == ["changed"]
    assert db.session.get_one(Call, call.id).closes_at is not None
    reversal.undo_import(changed, actor)
    assert db.session.get_one(Call, call.id).closes_at is None


def test_killed_worker_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 4)
    monkeypatch.setattr(working, "READ", 4)
    actor = world.actor("manager")
    job = actions.upload_import(actor, file=io.BytesIO(many(10)), file_name="m.jsonl", kind="reference_challenges")
    db.session.commit()
    relay.run_due(1)
    working._close(job)  # the process is gone, and what it had open with it
    work()
    job = tried(fresh(job), actor)
    assert [row.number for row in rows_of(job)] == list(range(1, 11))
    actions.start_import(job, actor)
    db.session.commit()
    relay.run_due(1)
    half = stored(Challenge)
    assert outcomes(fresh(job)) == ["added"] * 4 + [None] * 6
    # killed after its rows were stored, before they were committed: the chunk is rolled back as a whole
    event = db.session.scalars(sa.select(Event).where(Event.step == "import.start", Event.subject_id == job.id)).one()
    with pytest.raises(RuntimeError), db.session.begin_nested():
        working.run(event, 4)
        raise RuntimeError
    db.session.expire_all()
    assert stored(Challenge) == half
    work()
    assert (fresh(job).state, outcomes(job)) == ("done", ["added"] * 10)
    assert stored(Challenge) == (half[0] + 6,)


def test_chunk_that_is_done_again_after_its_end_does_nothing(world: World) -> None:
    job = imported(world.actor("manager"), lines(LEAK))
    before = stored()
    for step in ("import.upload", "import.check", "import.start"):
        event = db.session.scalars(sa.select(Event).where(Event.step == step, Event.subject_id == job.id)).one()
        assert [react(event, None) for react in (working.read_file, working.try_out, working.run)] == [None] * 3
    assert stored() == before


def test_row_the_database_refuses_spoils_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    data = lines(LEAK, {**LEAK, "id": "c2", "trl": 1}, {**LEAK, "id": "c3"})
    real = References.facts

    def spoilt(self: Any, values: Any, record: Any) -> Any:
        return real(self, values, record) | ({"trl_from": 12} if values["id"] == "c2" else {})

    monkeypatch.setattr(References, "facts", spoilt)
    job = imported(world.actor("manager"), data)
    assert outcomes(job) == ["added", "refused", "added"]
    assert rows_of(job)[1].reasons == [{"code": "database", "value": "ck_challenges_trl"}]


def test_stopped_import_leaves_the_rest(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "CHUNK", 3)
    actor = world.actor("manager")
    job = tried(sent(actor, many(9)), actor)
    actions.start_import(job, actor)
    db.session.commit()
    relay.run_due(1)
    actions.stop_import(fresh(job), actor)
    db.session.commit()
    work()
    assert (fresh(job).state, outcomes(job)) == ("stopped", ["added"] * 3 + [None] * 6)
    reversal.undo_import(job, actor)
    assert db.session.scalar(sa.select(sa.func.count()).where(Challenge.source == "Open city")) == 0


def test_second_press_starts_no_second_run(world: World) -> None:
    actor = world.actor("manager")
    job = tried(sent(actor, lines(LEAK)), actor)
    version = job.version
    actions.start_import(job, actor, version=version)
    with pytest.raises(Stale):
        actions.start_import(job, actor, version=version)
    with pytest.raises(Blocked):
        actions.start_import(job, actor)
    waiting = sa.select(sa.func.count()).select_from(Outbox).where(Outbox.reaction == "imports.job.run")
    assert db.session.scalar(waiting) == 1


def test_undo_takes_all_of_it_back(world: World) -> None:
    actor = world.actor("manager")
    imported(actor, lines(LEAK))
    before = stored(Challenge, ChallengeText, Organisation, Call)
    text = db.session.scalars(sa.select(ChallengeText).join(Challenge).where(Challenge.source_id == "c1")).one().title
    data = lines(
        {**LEAK, "title": "Other", "closes": "2031-01-01", "prize": 5, "currency": "EUR"},
        {**LEAK, "id": "n1", "sponsor": "New city"},
        {**LEAK, "id": "n2", "source": "New source"},
    )
    job = imported(actor, data)
    assert outcomes(job) == ["changed", "added", "added"]
    assert reversal.dependents(job) == []
    counts = reversal.undo_import(job, actor)
    assert counts == {"removed": 2, "restored": 1, "organisation": 2, "call": 1}
    assert (fresh(job).state, stored(Challenge, ChallengeText, Organisation, Call)) == ("undone", before)
    challenge = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "c1")).one()
    assert (challenge.texts["en"].title, challenge.budget, challenge.closes_at and challenge.closes_at.year) == (
        text,
        None,
        2020,
    )


def depends_by_application(world: World, challenge: Challenge) -> None:
    make_application(challenge, world.startup, state="submitted")


def depends_by_publication(world: World, challenge: Challenge) -> None:
    publish_challenges([challenge], world.actor("manager"), db.session.get_one(Call, challenge.call_id))


def depends_by_later_import(world: World, challenge: Challenge) -> None:
    call = db.session.get_one(Call, challenge.call_id)
    imported(world.actor("manager"), lines(COMPLETE), call=call)


def depends_by_changing_import(world: World, challenge: Challenge) -> None:
    call = db.session.get_one(Call, challenge.call_id)
    imported(world.actor("manager"), lines({**COMPLETE, "title": "Other"}), call=call)


@pytest.mark.parametrize(
    "depend", [depends_by_application, depends_by_publication, depends_by_later_import, depends_by_changing_import]
)
def test_undo_is_refused_as_a_whole_where_anything_depends_on_a_row(world: World, depend: Any) -> None:
    actor, call = world.actor("manager"), make_call(world.programme)
    job = imported(actor, lines(COMPLETE, {**COMPLETE, "id": "k2"}), call=call)
    challenge = db.session.get_one(Challenge, rows_of(job)[0].subject_id)
    depend(world, challenge)
    db.session.flush()
    job, before = fresh(job), stored(Challenge, ChallengeText)
    found = reversal.dependents(job)
    assert [one.number for one in found] and all(one.ids == [challenge.id] for one in found)
    assert all(one.may_go for one in found) == (depend is depends_by_later_import)
    with pytest.raises(Blocked):
        reversal.undo_import(job, actor)
    assert (fresh(job).state, stored(Challenge, ChallengeText)) == ("done", before)


def test_organisation_that_others_use_stays(world: World) -> None:
    actor = world.actor("manager")
    first = imported(actor, lines(LEAK))
    imported(actor, lines({**LEAK, "id": "c9"}))
    assert reversal.undo_import(first, actor)["organisation"] == 0
    left = db.session.scalars(sa.select(Challenge).where(Challenge.source_id == "c9")).one()
    assert left.organisation is not None


def test_discarded_and_old_files_are_forgotten(world: World) -> None:
    actor = world.actor("manager")
    job = sent(actor, lines(LEAK))
    actions.discard_import(job, actor)
    assert (job.state, stored(ImportPiece), [row.cells for row in rows_of(job)]) == ("discarded", (0,), [None])
    kept, old = imported(actor, lines(LEAK)), imported(actor, lines({**LEAK, "id": "old"}))
    old.kept_until = clock.now() - timedelta(seconds=1)
    db.session.flush()
    assert retention.sweep() == 1
    assert db.session.scalars(sa.select(ImportPiece.import_id)).all() == [kept.id]
    assert reversal.undo_import(fresh(old), actor)["removed"] == 1


def test_unreadable_file_says_why(world: World) -> None:
    job = sent(world.actor("manager"), b"title,description\n", "a.csv")
    assert (job.state, job.problem, stored(ImportRow)) == ("unreadable", {"code": "only_headers"}, (0,))


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "holds nothing"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls", "old kind"),
        (b"%PDF-1.7", "a.csv", "neither CSV"),
        (b"PK\x05\x06" + b"\0" * 18, "a.xlsx", "neither CSV"),
    ],
)
def test_file_that_cannot_be_read_is_refused_at_once(world: World, data: bytes, name: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        sent(world.actor("manager"), data, name)
    assert (refusal.value.field, code in str(refusal.value.message)) == ("file", True)


def test_nobody_fills_another_centres_call(world: World) -> None:
    call = make_call(world.programme)
    for role in ("foreign_manager", "cooperating_manager", "company_owner", "network_staff"):
        with pytest.raises(Forbidden):
            sent(world.actor(role), lines(COMPLETE), call=call)
    with pytest.raises(Forbidden):
        sent(world.actor("broker"), lines(CALL), kind="draft_calls", target=world.programme)


def test_same_columns_are_matched_as_the_last_time(world: World) -> None:
    actor = world.actor("manager")
    first = tried(sent(actor, lines(LEAK)), actor, source="Another")
    job = sent(actor, lines({**LEAK, "id": "z"}))
    assert queries.earlier_mapping(job) == first.mapping
    assert queries.earlier_mapping(sent(world.actor("foreign_manager"), lines(LEAK))) == {}


def test_needed_fields_are_asked_for(world: World) -> None:
    actor = world.actor("manager")
    job = sent(actor, b"title,description\nA,B\n", "a.csv")
    mapping: dict[str, dict[str, Any]] = {
        "title": {"column": 0},
        "language": {"constant": "en"},
        "source": {"constant": "S"},
    }
    cases: list[tuple[Any, str]] = [
        ({}, "column_licence"),
        ({"licence": {"column": 7}}, "column_licence"),
        ({"licence": {"constant": "L"}, "language": {"constant": "xx"}}, "constant_language"),
    ]
    for wrong, field in cases:
        with pytest.raises(Invalid) as refusal:
            actions.match_columns(job, actor, mapping | wrong)
        assert refusal.value.field == field
    actions.match_columns(job, actor, mapping | {"licence": {"constant": "L"}})
    assert job.state == "checking"
