"""A thing is called in its reader's language wherever it stands, and says so where it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.calls.models import CallText
from marketplace.challenges.models import ChallengeText
from marketplace.collaborations.models import Milestone
from marketplace.kernel import clock, events
from marketplace.kernel.db import db
from marketplace.notifications import reactions, rendering
from marketplace.notifications.models import Mail
from tests.applications.cast import make_application
from tests.calls.cast import make_call
from tests.challenges.cast import make_challenge
from tests.collaborations.cast import make_collaboration
from tests.pairings.cast import make_pairing
from tests.questions.cast import make_question
from tests.world import Rows, SignedIn, World

KOREAN, ENGLISH = "오래된 관의 누수를 찾습니다", "Find zirconium leaks"
CALL_KO, CALL_EN = "스마트 물 관리 공고", "Call for clever water"
LISTS = ("/desk", "/notifications", "/collaborations", "/pairings", "/collaborations/{collaboration}")
PAGES = {
    "company_owner": (*LISTS, "/challenges/mine", "/challenges/{challenge}"),
    "startup_owner": (*LISTS, "/applications", "/applications/{application}", "/questions/{question}"),
    "manager": (
        *LISTS, "/pairings/{pairing}", "/challenges/{challenge}/questions", "/calls/{call}/applications",
        "/applications/{application}", "/collaborations/{collaboration}/milestones/{milestone}",
        "/challenges/{challenge}",
        "/calls/{call}", "/challenges", "/calls", "/search?q=zirconium",
    ),
    "network_staff": LISTS[:4],
}  # fmt: skip


def made(world: World, *, english: bool = True) -> dict[str, object]:
    """A challenge and all that follows from it, written in Korean first and in English too."""
    call = make_call(world.programme, main_locale="ko", closes=-1, state="decided")
    call.texts["ko"] = CallText(locale="ko", title=CALL_KO)
    call.texts["en"].title = CALL_EN
    challenge = make_challenge(world.company, call, centre=world.centre, main_locale="ko", state="filled")
    challenge.published_at = clock.now()
    challenge.texts["ko"] = ChallengeText(locale="ko", title=KOREAN, summary="요약")
    challenge.texts["en"].title = ENGLISH if english else ""
    if not english:
        del challenge.texts["en"], call.texts["en"]
    application = make_application(challenge, world.startup, state="selected")
    pairing = make_pairing(application, state="confirmed")
    collaboration = make_collaboration(pairing, state="active", title=KOREAN, locale="ko")
    milestone = Milestone(
        collaboration=collaboration, owner_id=world.startup.id, title="First figures",
        due_on=clock.now().date() - timedelta(days=3),
    )  # fmt: skip
    db.session.add(milestone)
    question = make_question(challenge, world.startup)
    db.session.flush()
    subjects = {
        "call": call, "challenge": challenge, "application": application, "pairing": pairing, "question": question,
        "collaboration": collaboration, "milestone": milestone, "agreement": collaboration.agreement,
    }  # fmt: skip
    for step, subject in (
        ("challenge.publish", challenge), ("collaboration.flag_risk", collaboration), ("milestone.meet", milestone),
        ("pairing.request", pairing), ("question.ask", question), ("agreement.open_signing", subjects["agreement"]),
    ):  # fmt: skip
        reactions.tell(events.record(step, subject, world.actor("network_staff")), None)
    return subjects


def test_every_list_and_page_speaks_its_readers_language(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        ids = {name: subject.id for name, subject in made(world).items()}  # type: ignore[attr-defined]
        seats = {role: world.memberships[role] for role in PAGES}
    for role, paths in PAGES.items():
        client: FlaskClient = signed_in(seats[role])
        for path in paths:
            answer = client.get(path.format(**ids))
            assert answer.status_code == 200, (role, path)
            assert KOREAN not in answer.text and CALL_KO not in answer.text, (role, path)


def test_every_mail_speaks_its_readers_language(world: World) -> None:
    made(world)
    mails = db.session.scalars(select(Mail)).all()
    assert {mail.locale for mail in mails} == {"en"} and len(mails) > 5
    for mail in mails:
        assert KOREAN not in mail.subject + mail.body and CALL_KO not in mail.subject + mail.body
        assert "text in:" not in mail.body


@pytest.mark.parametrize("kind", ["challenge", "application", "pairing", "collaboration", "agreement", "milestone"])
def test_text_in_one_language_says_so_in_mail(world: World, kind: str) -> None:
    subject = made(world, english=False)[kind]
    event = events.record("collaboration.flag_risk", subject, world.actor("manager"))
    line = rendering.line_of(event, subject, "en")
    assert line.title == KOREAN
    message = rendering.render("k", "message", world.user("manager"), "a@b.example", "en", line=line, reason="")
    assert f"{KOREAN} (text in: 한국어)" in message["body"]
    korean = rendering.line_of(event, subject, "ko")
    message = rendering.render("k", "message", world.user("manager"), "a@b.example", "ko", line=korean, reason="")
    assert "(" not in message["body"].split(KOREAN)[1].splitlines()[0]


def test_text_in_one_language_is_marked_on_every_list(rows: Rows, signed_in: SignedIn) -> None:
    with rows():
        world = World.kept()
        made(world, english=False)
        seat = world.memberships["manager"]
    client = signed_in(seat)
    for path in ("/desk", "/notifications", "/collaborations?show=all"):
        text = client.get(path).text
        assert KOREAN in text and f'<span lang="ko">{KOREAN}' in text, path
