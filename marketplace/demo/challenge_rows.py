"""Challenges of the story, each with its past and under the centre of its company's region."""

from __future__ import annotations

from datetime import datetime

from marketplace.calls.models import Call
from marketplace.challenges.models import Challenge, ChallengeText, ReviewComment
from marketplace.demo.calls import CALLS, MILLION
from marketplace.demo.cast import Said
from marketplace.demo.challenges import NEEDS, PAIRED, Need
from marketplace.demo.history import days_ago, happened
from marketplace.demo.people import Scene
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.people.models import Membership

WINDOW = {told.key: told for told in CALLS}
OPENED = ("open", "closed", "filled", "archived")
ROUTE = Said(
    "Direct purchase is possible up to 200 million won after a good pilot; above that a tender follows.",
    "Achat de gré à gré possible jusqu’à 200 millions de wons après un bon essai ; au-delà, appel d’offres.",
    "실증이 성공하면 2억 원까지 수의 구매가 가능하고, 그 이상은 입찰로 진행합니다.",
)
RESOURCES = Said(
    "A site, a team of three and the records of three years.", "Un site, une équipe de trois et trois ans de mesures.",
    "현장, 3인 전담팀, 3년간의 기록.",
)  # fmt: skip
PAYMENT = Said("In three parts.", "En trois fois.", "3회 분할.")
ASKED = {
    "lacombe": "Précisez la part de liant résiduel, et qui peut prélever des échantillons.",
    "haneul": "실증에서 열어 볼 수 있는 계량기의 범위와, 배터리가 버텨야 하는 기간을 적어 주십시오.",
}
ANSWERED = {
    "lacombe": "L’analyse du liant est commandée ; je complète dès qu’elle arrive.",
    "haneul": "배터리 기간을 계량팀에 확인하고 있습니다. 답을 받는 대로 고쳐 보내겠습니다.",
}
REFUSED = "풀어야 할 과제가 아니라 구매 건입니다. 구매 부서와 상의하시는 것이 맞습니다."
OWNERS = {
    "haneul": "관망운영부장",
    "norvik": "운송품질팀장",
    "boreale": "Direction de l’énergie",
    "dasom": "생산기술팀장",
    "lacombe": "Direction de la production",
    "maree": "부두운영팀장",
    "mirae": "차량정비부장",
    "clairval": "Direction des travaux publics",
    "hanbit": "포장공정팀장",
}
ANONYMOUS = Said(
    "A demand company of the demonstration country",
    "Une entreprise demandeuse du pays de démonstration",
    "시연 국가의 수요기업",
)


def make(scene: Scene) -> None:
    """Make all challenges."""
    for need in (*PAIRED, *NEEDS):
        challenge = _challenge(scene, need)
        scene.challenges.setdefault((need.place or need.state, need.company), challenge)
    db.session.flush()


def _challenge(scene: Scene, need: Need) -> Challenge:
    call: Call | None = scene.calls.get(need.place)
    told = WINDOW.get(need.place)
    company = scene.parties[need.company]
    hidden = (need.company, need.place) == ("norvik", "top_down")
    seat = _seat_of(scene, need)
    published = days_ago(told.opens - 0.5) if told and need.state in OPENED else None
    challenge = Challenge(
        state=need.state,
        organisation=company,
        centre=scene.centres[seat],
        call=call,
        created_by_id=scene.voices[need.company].user_id,
        created_at=days_ago(_begun(need)),
        main_locale=scene.centres[scene.seat_of(need.company)].languages[0],
        visibility="anonymous" if hidden else "public",
        described_country="XD" if hidden else None,
        fields=list(need.fields),
        resources=["data", "site", "experts"],
        trl_from=need.trl[0],
        trl_to=need.trl[1],
        budget=need.budget * MILLION,
        currency="KRW",
        payment_days=30,
        ip_option=need.ip,
        owner_name=scene.voices[need.company].user.name,
        owner_role=OWNERS[need.company],
        decision_date=clock.day_of(days_ago(told.decided if told else -60), "UTC"),
        published_at=published,
        submitted_at=None if need.state == "draft" else days_ago(_begun(need) - 2),
        pairs_confirmed=1 if need.state in ("filled", "archived") else 0,
        texts={code: _text(need, code, hidden) for code in Said._fields},
    )
    db.session.add(challenge)
    _past_of_challenge(scene, challenge, need)
    return challenge


def _text(need: Need, code: str, hidden: bool) -> ChallengeText:
    def say(said: Said) -> str:
        return str(getattr(said, code))

    return ChallengeText(
        locale=code,
        title=say(need.title),
        summary=say(need.summary),
        problem=say(need.problem),
        success_criteria=say(need.success),
        why_now=say(need.why),
        constraints=say(need.limits),
        purchase_route=say(ROUTE),
        resources_words=say(RESOURCES),
        payment_terms=say(PAYMENT),
        anonymous_as=say(ANONYMOUS) if hidden else "",
    )


def _seat_of(scene: Scene, need: Need) -> str:
    """The centre that reviews it; a candidate lies with the managing centre, which alone can publish it."""
    return "garam" if need.state == "candidate" else scene.seat_of(need.company)


def _begun(need: Need) -> float:
    """How many days ago the company began to write."""
    told = WINDOW.get(need.place)
    return told.opens + 25 if told else 3.5 if need.state == "submitted" else 14.0


def _past_of_challenge(scene: Scene, challenge: Challenge, need: Need) -> None:
    told, voice = WINDOW.get(need.place), scene.voices[need.company]
    staff, manager = scene.voices[f"centre {_seat_of(scene, need)}"], scene.voices["garam"]
    begun = _begun(need)
    happened("challenge.create", challenge, voice, begun)
    call = challenge.call
    way: list[tuple[str, Membership | None, str, str, float | datetime]] = [
        ("challenge.submit", voice, "draft", "submitted", begun - 2),
        ("challenge.take_up", staff, "submitted", "in_review", begun - 4),
    ]
    if need.state in ("candidate", *OPENED):
        way.append(("challenge.accept", staff, "in_review", "candidate", begun - 7))
    if need.state in OPENED and told:
        way.append(("challenge.publish", manager, "candidate", "open", told.opens - 0.5))
    if need.state in ("closed", "filled", "archived") and told:
        way.append(
            ("challenge.close", None, "open", "closed", call.closes_at if call and call.closes_at else told.closes)
        )
    if need.state in ("filled", "archived") and told:
        way.append(
            ("challenge.fill", manager, "closed", "filled", told.decided - (11 if told.key == "on_demand" else 20))
        )
    reached = {"draft": 0, "submitted": 1}.get(need.state, len(way))
    last: float | datetime = begun
    for step, who, before, after, ago in way[:reached]:
        happened(step, challenge, who, ago, before=before, after=after)
        last = ago
    if need.state == "revision":
        happened(
            "challenge.ask_changes", challenge, staff, 5, before="in_review", after="revision",
            reason=ASKED[need.company],
        )  # fmt: skip
        challenge.comments = [ReviewComment(author_id=voice.user_id, text=ANSWERED[need.company], at=days_ago(3))]
        happened("challenge.comment", challenge, voice, 3)
        last = 5
    if need.state == "rejected":
        happened("challenge.reject", challenge, staff, 6, before="in_review", after="rejected", reason=REFUSED)
        last = 6
    challenge.state_since = last if isinstance(last, datetime) else days_ago(last)
