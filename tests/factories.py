"""Rows for tests: each function makes one thing with no surprises, committed by the caller or not at all.

``World`` is the cast that matrix tests walk: two networks, a programme of two centres, a company, a startup.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from marketplace.applications.models import Application, ApplicationParty, ApplicationRevision
from marketplace.challenges.models import Challenge, ChallengeText
from marketplace.collaborations.models import Agreement, Collaboration
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, Actor
from marketplace.network.models import (
    Call,
    CallText,
    Centre,
    EligibilityRule,
    Network,
    Programme,
    ProgrammeText,
    Stage,
)
from marketplace.pairings.models import Pairing
from marketplace.people.models import Membership, Organisation, OrganisationText, User
from marketplace.places.models import Region
from marketplace.questions.models import Question, QuestionAnswer

P = ParamSpec("P")
T = TypeVar("T")

_numbers = count(1)


_together: list[bool] = []  # holds something while rows are made in one go


def add(row: Any) -> Any:
    """Store a row and give it its id, at once or when all made together are stored."""
    db.session.add(row)
    if not _together:
        db.session.flush()
    return row


@contextmanager
def together() -> Iterator[None]:
    """Store everything made inside with a few statements at the end."""
    if _together:
        yield
        return
    _together.append(True)
    try:
        with db.session.no_autoflush:
            yield
    finally:
        _together.pop()
    db.session.flush()


def makes(make: Callable[P, T]) -> Callable[P, T]:
    """Store what a factory makes, with all that it needs, in one go."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        with together():
            return make(*args, **kwargs)

    return made


def _now() -> datetime:
    """The instant by this machine's clock: it is the database's too, and asking for it costs nothing."""
    return datetime.now(UTC)


def _stored(row: Any) -> Any:
    """The row with its ids."""
    if row.id is None:
        db.session.flush()
    return row


def make_region(code: str = "KR-27") -> Region:
    found = db.session.get(Region, code)
    found = found or next((row for row in db.session.new if isinstance(row, Region) and row.code == code), None)
    return found or add(
        Region(
            code=code,
            country=code[:2],
            name_en=f"Region {code}",
            name_fr=f"Région {code}",
            name_ko=f"지역 {code}",
        )
    )


@makes
def make_organisation(kind: str = "startup", name: str = "", **values: Any) -> Organisation:
    n = next(_numbers)
    name = name or f"Invented {kind} {n}"
    values.setdefault("region_code", "KR-27")  # migrations bring the real regions
    values.setdefault("state", "verified")
    values.setdefault("is_listed", True)
    values.setdefault("legal_form", "company")
    values.setdefault("registered_on", date(2023, 5, 1))
    values.setdefault("registration_scheme", "KR-BRN")
    values.setdefault("registration_number", f"{n:010}")
    texts = {"en": OrganisationText(locale="en", name=name, description="Makes invented things.")}
    return add(Organisation(kind=kind, texts=texts, **values))


@makes
def make_user(name: str = "", **values: Any) -> User:
    n = next(_numbers)
    values.setdefault("email", f"person{n}@people.example")
    values.setdefault("email_verified_at", _now())
    return add(User(name=name or f"Person {n}", **values))


@makes
def make_member(organisation: Organisation, role: str = "owner", user: User | None = None) -> Membership:
    return add(Membership(user=user or make_user(), organisation=organisation, role=role))


@makes
def make_network(slug: str = "") -> Network:
    operator = make_organisation("public", "Network operator")
    return add(Network(slug=slug or f"network-{next(_numbers)}", operator=operator))


@makes
def make_centre(network: Network | None = None, region: str = "KR-27", **values: Any) -> Centre:
    n = next(_numbers)
    organisation = make_organisation("centre", f"Centre {n}", region_code=region)
    values.setdefault("time_zone", "Asia/Seoul")
    return add(
        Centre(
            organisation=organisation,
            slug=f"centre-{n}",
            network=network or make_network(),
            **values,
        )
    )


@makes
def make_programme(centre: Centre | None = None, cooperating: Iterable[Centre] = ()) -> Programme:
    return add(
        Programme(
            managing_centre=centre or make_centre(),
            cooperating_centres=list(cooperating),
            first_year=2026,
            last_year=2028,
            budget=Decimal(1_000_000_000),
            currency="KRW",
            texts={"en": ProgrammeText(locale="en", name="Invented programme", summary="For tests.")},
        )
    )


@makes
def make_call(programme: Programme | None = None, *, opens: int = -10, closes: int = 10, **values: Any) -> Call:
    """A published call whose window lies ``opens`` to ``closes`` days from now."""
    now = _now()
    values.setdefault("state", "open")
    values.setdefault("track", "top_down")
    values.setdefault("time_zone", "Asia/Seoul")
    values.setdefault("notice_date", (now + timedelta(days=opens)).date())
    values.setdefault("award_count", 3)
    values.setdefault("award_amount", Decimal(100_000_000))
    values.setdefault("currency", "KRW")
    window = {"opens_at": now + timedelta(days=opens), "closes_at": now + timedelta(days=closes)}
    call = Call(programme=programme or make_programme(), **{**window, **values})
    words = {
        name: f"Words on {name}."
        for name in CallText.__table__.columns.keys()  # noqa: SIM118 - a collection of columns, not a dict
        if name not in ("call_id", "locale", "search")
    }
    call.texts = {"en": CallText(locale="en", **{**words, "title": f"Call {next(_numbers)}"})}
    call.stages = [
        Stage(
            position=1,
            kind="startups_apply",
            actor="startups",
            opens_at=call.opens_at,
            closes_at=call.closes_at,
        ),
        Stage(position=2, kind="screening", actor="centre"),
        Stage(position=3, kind="agreement", actor="both"),
    ]
    call.rules = [EligibilityRule(position=1, kind="kind", params={"kinds": ["startup"]})]
    return add(call)


@makes
def close_call(call: Call, ago: timedelta = timedelta(minutes=1)) -> Call:
    """Move the deadline into the past: tests move deadlines, not clocks."""
    now = _now()
    call.closes_at = now - ago
    if call.opens_at is None or call.opens_at >= call.closes_at:
        call.opens_at = call.closes_at - timedelta(days=1)
    for stage in call.stages:
        if stage.kind == "startups_apply":
            stage.opens_at, stage.closes_at = call.opens_at, call.closes_at
    return call


@makes
def make_challenge(organisation: Organisation | None = None, call: Call | None = None, **values: Any) -> Challenge:
    """A complete challenge, open in a call unless told otherwise."""
    n = next(_numbers)
    values.setdefault("state", "open")
    if values["state"] not in ("draft", "submitted", "in_review", "revision", "rejected") and call is None:
        call = make_call()
    if values["state"] == "open":
        values.setdefault("published_at", _now())
    values.setdefault("centre", call.programme.managing_centre if call and call.programme else make_centre())
    values.setdefault("fields", ["water"])
    values.setdefault("resources", ["data", "site"])
    values.setdefault("trl_from", 4)
    values.setdefault("trl_to", 6)
    values.setdefault("ip_option", "startup_keeps")
    values.setdefault("owner_name", f"Owner Secretname {n}")
    values.setdefault("owner_role", "Head of works")
    values.setdefault("decision_date", (_now() + timedelta(days=40)).date())
    values.setdefault("budget", Decimal(140_000_000))
    values.setdefault("currency", "KRW")
    text = ChallengeText(
        locale="en",
        title=f"Find leaks in old pipes {n}",
        summary="Old pipes leak and nobody sees where.",
        problem="Iron pipes of sixty years lose a sixth of the water.",
        why_now="Tariffs rise next year.",
        success_criteria="A leak is found within three metres.",
        purchase_route="Direct purchase up to a limit.",
        anonymous_as="A public utility in the south",
    )
    return add(
        Challenge(
            organisation=organisation or make_organisation("public"),
            call=call,
            texts={"en": text},
            **values,
        )
    )


CONTENT: dict[str, Any] = {
    "title": "Listening pipes",
    "solution": "Sensors that hear leaks.",
    "fit": "Made for iron pipes.",
    "evidence": "Two trials.",
    "team": "Five engineers.",
    "timeline": "Six months.",
    "trl_now": 5,
    "amount": Decimal(90_000_000),
    "currency": "KRW",
}


@makes
def make_application(
    challenge: Challenge | None = None,
    organisation: Organisation | None = None,
    *,
    state: str = "draft",
    **values: Any,
) -> Application:
    """An application with complete content; submitted ones have a number and a frozen revision."""
    if challenge is None and "call" not in values:
        challenge = make_challenge()
    call = values.pop("call", None) or challenge.call  # type: ignore[union-attr]
    startup = organisation or make_organisation("startup")
    author = _stored(values.pop("author", None) or make_member(startup).user)
    submitted = state not in ("draft", "withdrawn")
    at = (call.closes_at or _now()) - timedelta(hours=1) if submitted else None
    revision = ApplicationRevision(number=1, submitted_at=at, submitted_by_id=author.id if at else None, **CONTENT)
    return add(
        Application(
            call=call,
            challenge=challenge,
            organisation=startup,
            created_by_id=author.id,
            state=state,
            number=f"T-{next(_numbers):06}" if submitted else None,
            submitted_at=at,
            parties=[ApplicationParty(organisation=startup, role="lead")],
            revisions=[revision],
            **values,
        )
    )


@makes
def make_question(
    challenge: Challenge | None = None, organisation: Organisation | None = None, *, state: str = "asked", **values: Any
) -> Question:
    """A question in a state, with what that state needs; ``words`` are what was asked and, where so, published."""
    challenge = challenge or make_challenge()
    words = values.pop("words", "How deep do the pipes lie?")
    answer = values.pop("answer", "Between one metre and three.")
    shown = {"wording": words, "published_at": _now(), "answer_by": _now() + timedelta(days=5)}
    answers = [QuestionAnswer(side="company", locale="en", words=answer)] if state == "answered" else []
    return add(
        Question(
            state=state,
            challenge=challenge,
            asker=organisation or make_organisation("startup"),
            original=words,
            answers=answers,
            **{"locale": "en", **(shown if state in ("published", "answered") else {}), **values},
        )
    )


@makes
def make_pairing(application: Application | None = None, *, state: str = "requested", **values: Any) -> Pairing:
    application = _stored(application or make_application(state="selected"))
    challenge = application.challenge
    assert challenge is not None
    answered = {"company_accepts": True, "startup_accepts": True} if state in ("accepted", "confirmed") else {}
    return add(
        Pairing(
            state=state,
            call=application.call,
            challenge=challenge,
            application=application,
            company_id=challenge.organisation_id,
            startup_id=application.organisation_id,
            **{
                "centre": application.call.programme.managing_centre,  # type: ignore[union-attr]
                "answer_by": _now() + timedelta(days=7),
                **answered,
                **values,
            },
        )
    )


@makes
def make_collaboration(pairing: Pairing | None = None, *, state: str = "planned", **values: Any) -> Collaboration:
    pairing = _stored(pairing or make_pairing(state="confirmed"))
    values.setdefault("title", "Leaks in old pipes")
    return add(
        Collaboration(
            state=state,
            pairing=pairing,
            centre=pairing.centre,
            company_id=pairing.company_id,
            startup_id=pairing.startup_id,
            agreement=Agreement(),
            **values,
        )
    )


def actor_of(membership: Membership | None, user: User | None = None) -> Actor:
    """The actor a person is, acting for one membership."""
    if membership is None:
        return Actor(user_id=user.id, name=user.name, email_verified=True) if user else ANONYMOUS
    organisation = membership.organisation
    return Actor(
        user_id=membership.user.id,
        name=membership.user.name,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        organisation_verified=organisation.is_verified,
        role=membership.role,
        membership_id=membership.id,
        seats=1,
        email_verified=True,
    )


class World:
    """A programme managed by one centre with a co-operating one, beside a foreign network, and one person per role."""

    def __init__(self) -> None:
        with together():
            self._make()

    def _make(self) -> None:
        self.network = make_network()
        self.centre = make_centre(self.network, "KR-27")
        self.cooperating = make_centre(self.network, "KR-26")
        self.foreign_network = make_network()
        self.foreign_centre = make_centre(self.foreign_network, "KR-27")  # beside ours: no region keeps them apart
        self.programme = make_programme(self.centre, [self.cooperating])
        ours = {"verifying_centre_id": _stored(self.centre).id}
        self.company = make_organisation("public", "Haneul Water Utility", **ours)
        self.startup = make_organisation("startup", "Loopwell", **ours)
        self.other_company = make_organisation("large", "Boreale Aluminium")
        self.other_startup = make_organisation("startup", "Onda Labs")
        self.memberships: dict[str, Membership] = {
            "company_owner": make_member(self.company, "owner"),
            "company_member": make_member(self.company, "member"),
            "startup_owner": make_member(self.startup, "owner"),
            "startup_member": make_member(self.startup, "member"),
            "other_company": make_member(self.other_company, "owner"),
            "other_startup": make_member(self.other_startup, "owner"),
            "manager": make_member(self.centre.organisation, "manager"),
            "broker": make_member(self.centre.organisation, "broker"),
            "cooperating_manager": make_member(self.cooperating.organisation, "manager"),
            "foreign_manager": make_member(self.foreign_centre.organisation, "manager"),
            "network_staff": make_member(self.network.operator, "network_staff"),
            "foreign_network_staff": make_member(self.foreign_network.operator, "network_staff"),
            "evaluator": make_member(self.centre.organisation, "evaluator"),
        }
        self.person = make_user("Person without an organisation")

    ROLES = (
        "anonymous", "person", "company_owner", "company_member", "startup_owner", "startup_member", "other_company",
        "other_startup", "manager", "broker", "cooperating_manager", "foreign_manager", "network_staff",
        "foreign_network_staff", "evaluator",
    )  # fmt: skip

    _kept = b""

    def keep(self) -> None:
        """Let ``kept()`` hand out this world, which was committed, from now on."""
        World._kept = pickle.dumps(vars(self))

    @classmethod
    def kept(cls) -> World:
        """The world that lies in the worker's own database: the same ids in every test, without a statement."""
        world = cls.__new__(cls)
        world.__dict__ = pickle.loads(cls._kept)
        db.session.add_all([*world.memberships.values(), world.programme, world.foreign_centre, world.person])
        return world

    def actor(self, role: str) -> Actor:
        """The actor in a role; ``anonymous`` and ``person`` belong nowhere."""
        if role == "anonymous":
            return ANONYMOUS
        if role == "person":
            return actor_of(None, self.person)
        return actor_of(self.memberships[role])

    def user(self, role: str) -> User | None:
        """The person in a role; None for anonymous."""
        if role == "anonymous":
            return None
        return self.person if role == "person" else self.memberships[role].user


def days_from_now(days: float) -> datetime:
    """An instant some days off."""
    return _now() + timedelta(days=days)
