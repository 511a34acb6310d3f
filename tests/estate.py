"""A peopled estate: what the tests of roles, leaks and links walk through.

A route's variables are filled by their own name (``<int:organisation_id>``) or by the segment before them
(``/calls/<int:id>`` takes a *call*), so that a new route under a known noun needs nothing here. An `Estate` knows
several things of each noun, by name:

    late       the cast's own, in a closed call: answered, decided, paired, worked on
    sealed     the cast's own, submitted to a call that is still open
    early      the cast's own, at its beginning: a draft call, a challenge in review, a draft application
    foreign    like ``late``, of another network, company and startup
    anonymous  an open challenge of a company that hides its name
    nothing    addresses of what does not exist
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from marketplace.applications.models import Application, Decision, EligibilityResult, FitOpinion
from marketplace.challenges.models import Challenge, ChallengeSnapshot, ReviewComment
from marketplace.collaborations.models import (
    AgreementParty,
    AgreementVersion,
    Milestone,
    Outcome,
    ProgressNote,
)
from marketplace.following.models import Follow, Topic
from marketplace.imports.models import Import, ImportRow
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.awards import record_award
from marketplace.network.models import Sanction
from marketplace.people.models import Affiliation, Claim, Contact, Invitation, Membership, Organisation, Representative
from tests.factories import (
    World,
    actor_of,
    add,
    close_call,
    make_application,
    make_call,
    make_challenge,
    make_collaboration,
    make_member,
    make_organisation,
    make_pairing,
    make_programme,
    make_question,
    make_user,
)

# What is nowhere to be read but by those who may.
SEALED = "Zirconium whisker membrane"  # in a submitted application whose call is open
DRAFTED = "Quokka lattice draft"  # in an application that is being written
DECIDED = "Ocelot comment on the decision"  # in a decision that is prepared, not released
VIEWED = "Marmot reason of the company"  # in the company's view
HIDDEN_COMPANY = "Nightjar Industries"  # the name of an anonymous company
HIDDEN_OWNER = "Ottoline Quillfeather"  # its problem owner
INVITED = "Pangolin challenge for a few"  # the title of a challenge for invited startups
REVIEWED = "Axolotl remark of the review"  # in the review of a challenge
AGREED = "Caracal clause of the agreement"  # in an agreement
ASKED = "Wombat question before publication"  # in a question that the centre looks over
BROUGHT = "Dugong row of a file"  # in a file that is not imported yet
NOTED = "Tapir note on progress"  # in a progress note

CLAIMED = "Vulture evidence of a claimant"  # in a claim on an imported organisation
# Of an organisation, for its own people and the staff who deal with it, and for no other network: its register number,
# a founder, a member's address, an award and an exclusion on its record.
OURS = "Gharial"
THEIRS = "Basilisk"

Values = dict[str, Any]


def _follow(who: Membership, challenge: Challenge) -> int:
    topic = add(Topic(challenge_id=challenge.id))
    follow: Follow = add(Follow(user_id=who.user_id, topic_id=topic.id, frequency="daily"))
    return follow.id


# What fills variables that are words, by the segment before them or, where one endpoint takes several, by the endpoint.
WORDS: Values = {
    "edit": "need",
    "sections": "need",
    "drafts": "need",
    "consents": "contact",
    "errors": 404,
    "parts": 1,
    "assets": "nothing.css",
    "token": "a-token-that-nobody-sent",
    "sessions": 999_999_999,
    "templates": "candidates.csv",
    "collaborations.take_step": "risk",
    "collaborations.take_agreement_step": "review",
    "collaborations.take_outcome_step": "countersignature",
    "collaborations.answer_milestone_change": "refusal",
    "mail": 999_999_999,
    "mails": 999_999_999,
    "reactions": 999_999_999,
}


@dataclass
class Estate:
    """The world with one thing of every noun in each case; `values[case][noun]` fills a route."""

    world: World = field(default_factory=World)
    values: dict[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.world
        self.values["late"] = self._late(world.programme, world.company, world.startup, world.memberships, "")
        theirs = {
            "company_owner": world.memberships["other_company"],
            "startup_owner": world.memberships["other_startup"],
            "manager": world.memberships["foreign_manager"],
        }
        foreign = make_programme(world.foreign_centre)
        for one in (world.other_company, world.other_startup):
            one.verifying_centre_id = world.foreign_centre.id
        for one, word in ((world.startup, OURS), (world.other_startup, THEIRS)):
            one.registration_scheme, one.registration_number = "A register", f"{word}-77"
        self.values["foreign"] = self._late(foreign, world.other_company, world.other_startup, theirs, "foreign")
        self.values["sealed"] = self._sealed()
        self.values["early"] = self._early()
        self.values["anonymous"] = self._anonymous()
        self.values["nothing"] = {
            noun: 999_999_999 if isinstance(value, int) else "nothing-of-that-name"
            for noun, value in self.values["late"].items()
        } | {name: self.values["late"][name] for name in WORDS}
        db.session.flush()

    def _late(self, programme: Any, company: Any, startup: Any, people: dict[str, Membership], mark: str) -> Values:
        secret = THEIRS if mark else OURS
        call = close_call(make_call(programme, state="closed"))
        challenge = make_challenge(company, call, state="closed")
        application = make_application(challenge, startup, state="shortlisted", author=people["startup_owner"].user)
        result = add(
            EligibilityResult(application_id=application.id, rule_id=call.rules[0].id, verdict="cannot_tell", facts={})
        )
        add(
            FitOpinion(
                application_id=application.id,
                organisation_id=company.id,
                fit="strong",
                reasons=f"{VIEWED} {mark}",
                author_id=people["company_owner"].user_id,
            )
        )
        add(
            Decision(
                application_id=application.id,
                outcome="declined",
                reason_code="places",
                comments=f"{DECIDED} {mark}",
                prepared_by_id=people["manager"].user_id,
            )
        )
        second = make_challenge(company, call, state="closed")
        paired = make_application(second, startup, state="selected", author=people["startup_owner"].user)
        pairing = make_pairing(paired, state="confirmed")
        collaboration = make_collaboration(pairing, state="active")
        version = AgreementVersion(
            agreement_id=collaboration.agreement.id,
            number=1,
            purpose="Find leaks.",
            text=f"{AGREED} {mark}",
            offered_at=clock.now(),
            parties=[AgreementParty(organisation_id=one.id) for one in (company, startup)],
        )
        add(version)
        milestone = add(
            Milestone(
                collaboration_id=collaboration.id,
                title="Sensors hear a leak",
                owner_id=startup.id,
                due_on=clock.now().date() + timedelta(days=20),
            )
        )
        add(
            ProgressNote(
                collaboration_id=collaboration.id,
                author_id=people["startup_owner"].user_id,
                organisation_id=startup.id,
                text=f"{NOTED} {mark}",
            )
        )
        outcome = add(
            Outcome(
                collaboration_id=collaboration.id,
                kind="jobs",
                value=3,
                happened_on=date(2026, 3, 1),
                evidence_url="https://news.example/jobs",
            )
        )
        centre = programme.managing_centre
        return {
            **self._of_organisation(startup, people["startup_owner"], company, secret),
            **WORDS,
            "following": _follow(people["startup_owner"], challenge),
            "networks": centre.network.slug,
            "centres": centre.slug,
            "programmes": programme.id,
            "calls": call.id,
            "stages": call.stages[0].id,
            "rules": call.rules[0].id,
            "challenges": challenge.id,
            "applications": application.id,
            "results": result.id,
            "revisions": 1,
            "questions": make_question(challenge, startup, words=f"{ASKED} {mark}").id,
            "pairings": pairing.id,
            "collaborations": collaboration.id,
            "imports": self._import(centre.id, people["manager"].user_id, mark),
            "signers": startup.id,
            "milestones": milestone.id,
            "outcomes": outcome.id,
            "awards": self._award(startup, people["manager"], secret),
            "connections": add(Affiliation(organisation_id=company.id, other_id=startup.id, kind="shareholder")).id,
            "sanctions": add(
                Sanction(
                    network_id=centre.network.id,
                    organisation_id=startup.id,
                    reason=f"{secret} report",
                    starts_on=date(2025, 1, 1),
                    ends_on=date(2025, 6, 1),
                )
            ).id,
        }

    def _award(self, startup: Organisation, manager: Membership, secret: str) -> int:
        """An earlier grant that a manager put on record."""
        day = date(2025, 3, 1)
        award = record_award(
            startup, actor_of(manager), programme=None, title=f"{secret} grant", awarded_on=day, ends_on=day, today=day
        )
        return award.id

    def _import(self, centre_id: int, user_id: int, mark: str) -> int:
        """A file that was read, with a row that is no public thing yet."""
        job = add(
            Import(
                centre_id=centre_id, started_by_id=user_id, subject="challenges", file_name="file.csv", size=9,
                format="csv", state="mapping", headers=["title"], headers_mark="a", row_count=1,
                kept_until=clock.now() + timedelta(days=30),
            )
        )  # fmt: skip
        add(ImportRow(import_id=job.id, number=1, line=2, cells=[f"{BROUGHT} {mark}"], reasons=[]))
        return int(job.id)

    def _of_organisation(
        self, organisation: Organisation, owner: Membership, other: Organisation, secret: str
    ) -> Values:
        token = secrets.token_urlsafe(32)
        invitation = add(
            Invitation(
                organisation_id=organisation.id,
                email=f"{secrets.token_hex(4)}@people.example",
                role="member",
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                invited_by_id=owner.user_id,
                expires_at=clock.now() + timedelta(days=7),
            )
        )
        return {
            "organisations": organisation.id,
            "memberships": make_member(organisation, "member", make_user(f"{secret} Member")).id,
            "invitations": invitation.id,
            "representatives": add(Representative(organisation_id=organisation.id, name=f"{secret} Founder")).id,
            "claims": add(
                Claim(
                    organisation=make_organisation(
                        "startup",
                        state="unverified",
                        source="a register",
                        source_id=secrets.token_hex(4),
                        region_code=organisation.region_code,
                    ),
                    user=make_user(),
                    position="Founder",
                    reason=CLAIMED,
                    centre_id=organisation.verifying_centre_id,
                )
            ).id,
            "contacts": add(
                Contact(organisation_id=organisation.id, locale="en", name="Con Tact", role="Pilot projects")
            ).id,
            "affiliations": add(Affiliation(organisation_id=organisation.id, other_id=other.id, kind="affiliate")).id,
            "years": 2025,
        }

    def _sealed(self) -> Values:
        world = self.world
        call = make_call(world.programme)
        challenge = make_challenge(world.company, call)
        author = world.memberships["startup_owner"].user
        application = make_application(challenge, world.startup, author=author)
        _say(application, SEALED)
        application.state, application.number = "submitted", "T-SEALED"
        application.submitted_at = application.revisions[0].submitted_at = clock.now()
        application.revisions[0].submitted_by_id = author.id
        db.session.flush()
        return self.values["late"] | {
            "calls": call.id, "stages": call.stages[0].id, "rules": call.rules[0].id,
            "challenges": challenge.id, "applications": application.id,
        }  # fmt: skip

    def _early(self) -> Values:
        world = self.world
        call = make_call(world.programme, state="draft", opens=5, closes=20)
        challenge = make_challenge(world.company, state="in_review", centre=world.centre)
        add(ChallengeSnapshot(challenge_id=challenge.id, number=1, content={}))
        add(ReviewComment(challenge_id=challenge.id, author_id=world.memberships["manager"].user_id, text=REVIEWED))
        author = world.memberships["startup_owner"].user
        draft = make_application(
            make_challenge(world.company, make_call(world.programme)), world.startup, author=author
        )
        _say(draft, DRAFTED)
        pairing = make_pairing(make_application(
            make_challenge(world.company, close_call(make_call(world.programme, state="decided"))),
            world.startup, state="selected", author=author,
        ))  # fmt: skip
        return self.values["late"] | {
            "calls": call.id, "stages": call.stages[0].id, "rules": call.rules[0].id,
            "challenges": challenge.id, "applications": draft.id, "pairings": pairing.id,
        }  # fmt: skip

    def _anonymous(self) -> Values:
        """An anonymous company's open challenge, and one for invited startups alone."""
        world = self.world
        hidden = make_organisation("large", HIDDEN_COMPANY)
        make_member(hidden, "owner")
        call = make_call(world.programme)
        challenge = make_challenge(
            hidden, call, visibility="anonymous", owner_name=HIDDEN_OWNER, described_kind="large",
            described_country="KR", described_region="KR-27",
        )  # fmt: skip
        hidden.state = "submitted"  # so that no directory of verified organisations names it
        for _ in range(5):
            make_organisation("large")
        few = make_challenge(world.company, call, visibility="invited")
        few.texts["en"].title = INVITED
        make_application(challenge, world.other_startup, state="submitted")
        self.invited = few.id
        return self.values["late"] | {
            "calls": call.id, "challenges": challenge.id, "organisations": hidden.id,
        }  # fmt: skip


def _say(application: Application, words: str) -> None:
    for name in ("title", "solution", "fit", "evidence", "team", "timeline", "needs"):
        setattr(application.revisions[0], name, f"{words} {name}")
