"""What eligibility rules ask of organisations, read for many cases at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.calls.eligibility import Facts
from marketplace.calls.models import Award, Call, Declaration, EligibilityRule, Sanction, SetAside
from marketplace.kernel import clock
from marketplace.kernel.db import db
from marketplace.network.models import Centre, Programme
from marketplace.people.models import Affiliation, Organisation, Representative, organisation_zones
from marketplace.places.models import Named, Region, Zone


@dataclass(frozen=True)
class Case:
    """An organisation before a call: whom the rules judge, and about which company.

    ``declarations`` says by code whether an exclusion applies; None: as the organisation declared it for this call.
    """

    organisation: Organisation
    call: Call
    demand_company_id: int | None = None
    declarations: Mapping[str, bool] | None = None


def facts_of(
    organisation: Organisation,
    call: Call,
    demand_company_id: int | None = None,
    declarations: Mapping[str, bool] | None = None,
) -> Facts:
    """What the call's rules ask of an organisation, as in ``Case``."""
    return facts_of_many([Case(organisation, call, demand_company_id, declarations)])[0]


def facts_of_many(cases: Sequence[Case], known: Knowledge | None = None) -> list[Facts]:
    """The facts of many cases, in their order, at no more than eight queries; loads the calls' rules as well.

    Only what the rules of these calls ask for is read, and nothing where ``known`` was read for as many before.
    """
    if known is None or not known.covers(cases):
        known = knowledge_of(cases)
    return [_facts_of_case(case, known) for case in cases]


def knowledge_of(cases: Sequence[Case]) -> Knowledge:
    """What the database says of the organisations of these cases before their calls."""
    calls = {case.call.id: case.call for case in cases}
    load_rules(calls.values())
    asked = {rule.kind for call in calls.values() for rule in call.rules}
    if all(case.declarations is not None for case in cases):
        asked.discard("declaration")
    return Knowledge({case.organisation.id for case in cases}, calls, asked)


def network_of_award() -> ColumnElement[int | None]:
    """The network that an award belongs to."""
    of, by = aliased(Programme), aliased(Centre)
    own = select(by.network_id).join(of, of.managing_centre_id == by.id).where(of.id == Award.programme_id)
    return func.coalesce(own.scalar_subquery(), Award.network_id)


def load_rules(calls: Iterable[Call]) -> None:
    """Load the rules of calls that have not theirs yet, at one query."""
    wanted = {call.id: call for call in calls if "rules" not in call.__dict__ and call.id is not None}
    if not wanted:
        return
    found: dict[int, list[EligibilityRule]] = {call_id: [] for call_id in wanted}
    query = select(EligibilityRule).where(EligibilityRule.call_id.in_(wanted)).order_by(EligibilityRule.position)
    for rule in db.session.scalars(query):
        found[rule.call_id].append(rule)
    for call_id, rules in found.items():
        set_committed_value(wanted[call_id], "rules", rules)


def place_names(kinds: Iterable[str] = ("region", "zone")) -> dict[str, Named]:
    """Regions and zones by their code, for the kinds of rule that name them, at one query each."""
    places: dict[str, Named] = {}
    if "region" in kinds:
        places |= {region.code: region for region in db.session.scalars(select(Region))}
    if "zone" in kinds:
        places |= {zone.code: zone for zone in db.session.scalars(select(Zone))}
    return places


class Knowledge:
    """What the database says of a set of organisations, read once for all cases."""

    def __init__(self, organisations: set[int], calls: Mapping[int, Call], asked: set[str]) -> None:
        self.organisations, self.calls = organisations, calls
        self.awards: dict[tuple[int, int], list[Award]] = {}
        self.sanctions: dict[tuple[int, int], list[Sanction]] = {}
        self.zones: dict[int, set[str]] = {}
        self.representatives: dict[int, list[bool | None]] = {}
        self.links: dict[frozenset[int], list[Affiliation]] = {}
        self.set_aside: set[tuple[int, int]] = set()  # of links, by programme
        self.declarations: dict[tuple[int, int], dict[str, bool]] = {}
        self.places: dict[str, Named] = place_names(asked)
        if asked & {"no_earlier_award", "running_grants"}:
            self._read_awards(organisations, calls)
        if "no_sanction" in asked:
            self._read_sanctions(organisations, calls)
        if "declaration" in asked:
            self._read_declarations(organisations, calls)
        if "zone" in asked:
            rows = select(organisation_zones).where(organisation_zones.c.organisation_id.in_(organisations))
            for organisation_id, code in db.session.execute(rows):
                self.zones.setdefault(organisation_id, set()).add(code)
        if "representatives" in asked:
            people = select(Representative.organisation_id, Representative.qualifies)
            for organisation_id, qualifies in db.session.execute(
                people.where(Representative.organisation_id.in_(organisations))
            ):
                self.representatives.setdefault(organisation_id, []).append(qualifies)
        if "not_affiliated" in asked:
            self._read_links(organisations, calls)

    def covers(self, cases: Sequence[Case]) -> bool:
        """Whether it was read for all of these."""
        return all(case.organisation.id in self.organisations and case.call.id in self.calls for case in cases)

    def _read_awards(self, organisations: set[int], calls: Mapping[int, Call]) -> None:
        """Awards of the network that each programme belongs to, but those that its managing centre set aside."""
        aside = select(SetAside.id).where(
            SetAside.award_id == Award.id, SetAside.centre_id == Programme.managing_centre_id
        )
        kept = (
            select(Programme.id, Award)
            .join(Programme.managing_centre)
            .join(Award, network_of_award() == Centre.network_id)
            .where(
                Programme.id.in_({call.programme_id for call in calls.values()}),
                Award.organisation_id.in_(organisations),
                Award.given_back_at.is_(None),
                ~aside.exists(),
            )
            .order_by(Award.awarded_on, Award.id)
        )
        for programme_id, award in db.session.execute(kept):
            self.awards.setdefault((award.organisation_id, programme_id), []).append(award)

    def _read_links(self, organisations: set[int], calls: Mapping[int, Call]) -> None:
        """Connections declared by either side, and which of them the programmes' centres set aside."""
        either = or_(Affiliation.organisation_id.in_(organisations), Affiliation.other_id.in_(organisations))
        found = db.session.scalars(select(Affiliation).where(either)).all()
        for link in found:
            self.links.setdefault(frozenset((link.organisation_id, link.other_id)), []).append(link)
        if not found:
            return
        aside = (
            select(Programme.id, SetAside.affiliation_id)
            .join(SetAside, SetAside.centre_id == Programme.managing_centre_id)
            .where(
                Programme.id.in_({call.programme_id for call in calls.values()}),
                SetAside.affiliation_id.in_([link.id for link in found]),
            )
        )
        self.set_aside = {(row[0], row[1]) for row in db.session.execute(aside) if row[1] is not None}

    def _read_sanctions(self, organisations: set[int], calls: Mapping[int, Call]) -> None:
        """Bans by organisation and the programme of the network that they hold in."""
        programmes = {call.programme_id for call in calls.values()}
        bans = (
            select(Programme.id, Sanction)
            .join(Programme.managing_centre)
            .join(Sanction, Sanction.network_id == Centre.network_id)
            .where(Programme.id.in_(programmes), Sanction.organisation_id.in_(organisations))
            .order_by(Sanction.id)
        )
        for programme_id, sanction in db.session.execute(bans):
            self.sanctions.setdefault((sanction.organisation_id, programme_id), []).append(sanction)

    def _read_declarations(self, organisations: set[int], calls: Mapping[int, Call]) -> None:
        """What was declared, by organisation and call."""
        said = (
            select(Declaration.organisation_id, EligibilityRule.call_id, Declaration.code, Declaration.excluded)
            .join(EligibilityRule, EligibilityRule.id == Declaration.rule_id)
            .where(Declaration.organisation_id.in_(organisations), EligibilityRule.call_id.in_(calls))
        )
        for organisation_id, call_id, code, excluded in db.session.execute(said):
            self.declarations.setdefault((organisation_id, call_id), {})[code] = excluded


def _facts_of_case(case: Case, known: Knowledge) -> Facts:
    organisation, call = case.organisation, case.call
    today = clock.today(call.time_zone)
    notice = call.notice_date or today
    awards = known.awards.get((organisation.id, call.programme_id or 0), [])
    earlier = [a for a in awards if a.programme_id is not None and a.programme_id == call.programme_id]
    return Facts(
        organisation_id=organisation.id,
        notice_date=notice,
        today=today,
        kind=organisation.kind,
        legal_form=organisation.legal_form,
        origin=organisation.origin,
        opened_on=organisation.opened_on,
        registered_on=organisation.registered_on,
        sectors=frozenset(organisation.sectors),
        region_code=organisation.region_code,
        zone_codes=frozenset(known.zones.get(organisation.id, ())),
        representatives=tuple(known.representatives.get(organisation.id, ())),
        earlier_awards=tuple(award.awarded_on for award in earlier),
        running=tuple(a.ends_on for a in awards if _runs_on(a, notice)),
        company_id=case.demand_company_id,
        affiliations=_links(case, known),
        sanctions=tuple(s.ends_on for s in _sanctions(case, known) if s.starts_on <= today <= s.ends_on),
        declarations=dict(_declarations(case, known)),
        places=known.places,
    )


def _runs_on(award: Award, day: date) -> bool:
    return award.awarded_on <= day and (award.ends_on is None or day <= award.ends_on)


def _links(case: Case, known: Knowledge) -> tuple[str, ...]:
    if case.demand_company_id is None:
        return ()
    links = known.links.get(frozenset((case.organisation.id, case.demand_company_id)), ())
    return tuple(link.kind for link in links if (case.call.programme_id or 0, link.id) not in known.set_aside)


def _sanctions(case: Case, known: Knowledge) -> list[Sanction]:
    return known.sanctions.get((case.organisation.id, case.call.programme_id or 0), [])


def _declarations(case: Case, known: Knowledge) -> Mapping[str, bool]:
    if case.declarations is not None:
        return case.declarations
    return known.declarations.get((case.organisation.id, case.call.id), {})
