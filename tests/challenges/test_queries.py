"""Who sees which challenge, who is told, and what lists and counts may know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import current_app

from marketplace.catalogue import did_you_mean, facet_counts, ordering, profiles, results
from marketplace.catalogue.filters import Filters
from marketplace.challenges import queries
from marketplace.challenges.models import Challenge, ChallengeInvitation, ChallengeText
from marketplace.challenges.secrets import company_of, owner_of
from marketplace.kernel import clock
from marketplace.kernel.cursors import BadCursor
from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS
from marketplace.network.models import Centre
from tests.calls.cast import close_call, make_call
from tests.challenges.cast import make_challenge
from tests.factories import together
from tests.network.cast import make_centre
from tests.people.cast import make_organisation
from tests.places.cast import make_region
from tests.roles import COMPANY
from tests.world import World

INSIDERS = {*COMPANY, "manager", "broker", "network_staff"}
# the World's company sits in KR-27, the co-operating centre in KR-26
SEEN = {
    ("draft", "public"): COMPANY,
    ("submitted", "public"): INSIDERS,
    ("in_review", "anonymous"): INSIDERS,
    ("candidate", "invited"): INSIDERS,
    ("rejected", "public"): INSIDERS,
    ("open", "public"): set(World.ROLES),
    ("open", "anonymous"): set(World.ROLES),
    ("open", "invited"): {*INSIDERS, "startup_owner", "startup_member"},
    ("closed", "invited"): {*INSIDERS, "startup_owner", "startup_member"},
    ("filled", "public"): set(World.ROLES),
    ("archived", "anonymous"): set(World.ROLES),
}


def of(world: World, state: str, visibility: str, **values: Any) -> Challenge:
    found = make_challenge(
        world.company, make_call(world.programme), centre=world.centre, state=state, visibility=visibility, **values
    )
    found.invited.append(ChallengeInvitation(organisation_id=world.startup.id))
    db.session.flush()
    return found


@pytest.fixture
def each(world: World) -> dict[tuple[str, str], Challenge]:
    """A challenge in each state and visibility."""
    with together():
        return {
            (state, visibility): make_challenge(
                world.company, make_call(world.programme), centre=world.centre, state=state, visibility=visibility,
                invited=[ChallengeInvitation(organisation_id=world.startup.id)],
            )
            for state, visibility in SEEN
        }  # fmt: skip


def test_challenge_is_seen_by_its_readers_alone(world: World, each: dict[tuple[str, str], Challenge]) -> None:
    shown = {role: set(db.session.scalars(queries.visible_to(world.actor(role))).unique()) for role in World.ROLES}
    seen = {kind: {role for role in World.ROLES if challenge in shown[role]} for kind, challenge in each.items()}
    assert seen == SEEN


def test_nobody_is_told_of_what_they_may_not_see(world: World, each: dict[tuple[str, str], Challenge]) -> None:
    by_user = {world.actor(role).user_id: role for role in World.ROLES if world.actor(role).user_id}
    for (state, visibility), challenge in each.items():
        told = {by_user[id] for id in queries.readers_of(challenge) if id in by_user}
        must = SEEN[state, visibility] & COMPANY
        if state != "draft":
            must |= {"manager", "broker", "network_staff"}
        assert must <= told <= SEEN[state, visibility], (state, visibility)


def test_co_operating_centre_sees_its_own_region_alone(world: World) -> None:
    near = make_organisation("large", region_code="KR-26")
    call = make_call(world.programme)
    seen = make_challenge(near, call, centre=world.centre, state="in_review")
    make_challenge(world.company, call, centre=world.centre, state="in_review")
    found = db.session.scalars(queries.visible_to(world.actor("cooperating_manager"))).unique().all()
    assert found == [seen]


def test_withdrawn_draft_stays_the_companys_own(world: World) -> None:
    challenge = of(world, "withdrawn", "public")
    assert db.session.scalars(queries.visible_to(world.actor("manager"))).unique().all() == []
    challenge.published_at = clock.now()
    db.session.flush()
    assert db.session.scalars(queries.visible_to(ANONYMOUS)).unique().all() == [challenge]


def test_state_is_the_same_in_sql_and_python(world: World) -> None:
    now = clock.now()
    over = close_call(make_call(world.programme))
    for call in (make_call(world.programme), over):
        make_challenge(world.company, call)
    make_challenge(None, over, is_reference=True, source="x", source_id="1")
    make_challenge(None, make_call(world.programme), is_reference=True, source="x", source_id="2")
    for state in ("draft", "filled", "withdrawn"):
        make_challenge(world.company, over, state=state)
    query = db.session.query(Challenge, queries.state_at(now)).outerjoin(Challenge.call)
    rows = query.all()
    assert len(rows) == 7
    assert [stored for _, stored in rows] == [challenge.state_at(now) for challenge, _ in rows]


def listed(world: World, role: str = "anonymous", **filters: Any) -> set[int]:
    actor, chosen = world.actor(role), Filters(**filters)
    cut = results.page_of(actor, chosen, clock.now())
    assert cut.total == len(cut.rows) == facet_counts.facets_of(actor, chosen).total
    return {challenge.id for challenge in cut.rows}


def test_list_shows_open_challenges_by_the_clock(world: World) -> None:
    shown = of(world, "open", "public")
    over = make_challenge(world.company, close_call(make_call(world.programme)))
    imported = make_challenge(None, make_call(world.programme), is_reference=True, source="x", source_id="1")
    for state in ("draft", "submitted", "candidate", "rejected"):
        of(world, state, "public")
    assert listed(world) == {shown.id}
    assert listed(world, "company_owner") == {shown.id}
    assert listed(world, "manager") == {shown.id}
    assert listed(world, status="closed") == {over.id}
    assert listed(world, status="reference") == {imported.id}
    assert listed(world, status="any") == {shown.id, over.id, imported.id}


def test_list_is_searched_in_three_languages(world: World) -> None:
    challenge = of(world, "open", "public")
    other = of(world, "open", "public")
    challenge.texts["fr"] = ChallengeText(locale="fr", title="Réutiliser l’eau de rinçage")
    challenge.texts["ko"] = ChallengeText(locale="ko", title="헹굼물을 다시 쓰기")
    db.session.flush()
    assert listed(world, text="pipes") == {challenge.id, other.id}
    for words in ("reutilise", "RINÇAGE", "헹굼물", "다시"):
        assert listed(world, text=words) == {challenge.id}
    assert listed(world, text="the") == set()


def test_query_joins_languages_phrases_and_what_to_leave_out(world: World) -> None:
    challenge, other = of(world, "open", "public"), of(world, "open", "public")
    challenge.texts["fr"] = ChallengeText(locale="fr", title="Développement durable de l’eau")
    challenge.texts["ko"] = ChallengeText(locale="ko", title="혁신과제를 찾습니다")
    db.session.flush()
    for words in (
        "developpement durable",
        "과제",
        "pipes 과제",
        "durable leaks",
        '"developpement durable"',
        "pipes -bus 과제",
    ):
        assert listed(world, text=words) == {challenge.id}, words
    for words in ('"durable developpement"', "pipes -leak", "과제 -durable", "-pipes"):
        assert listed(world, text=words) == set(), words
    assert listed(world, text="pipes -durable") == {other.id}
    assert listed(world, text="-durable") == {other.id}
    assert listed(world, text="durable leaks", sort="best") == {challenge.id}


def test_misspelt_word_leads_to_a_known_one_that_everybody_may_see(world: World) -> None:
    of(world, "open", "public")
    hidden = of(world, "open", "invited")
    hidden.texts["en"].title = "Zirconium"
    known = of(world, "open", "public")
    known.texts["ko"] = ChallengeText(locale="ko", title="혁신 과제")
    db.session.flush()
    index = facet_counts.index_of(world.actor("company_owner"))
    assert did_you_mean.nearest_query("old pippes", index) == "old pipes"
    assert did_you_mean.nearest_query("혁심", index) == "혁신"
    assert did_you_mean.nearest_query("zirconiun", index) == ""


def test_anonymous_company_is_found_by_its_description_alone(world: World) -> None:
    challenge = of(world, "open", "anonymous")
    for role in ("anonymous", "company_owner", "manager", "startup_owner"):
        assert listed(world, role, regions=("KR-27",)) == set()
    assert listed(world, text="Haneul") == set()
    assert listed(world, text="Secretname") == set()
    challenge.described_region = "KR-27"
    db.session.flush()
    assert listed(world, regions=("KR-27",)) == {challenge.id}


def test_counts_never_count_what_their_reader_may_not_see(world: World) -> None:
    clock.now()
    apart = make_centre(region="KR-26")
    of(world, "open", "public", fields=["water"])
    make_challenge(
        world.company, make_call(world.programme), centre=apart, visibility="anonymous", fields=["energy"],
        described_kind="sme", described_sector="bio",
    )  # fmt: skip
    of(world, "open", "invited", fields=["space"], budget=None)
    of(world, "submitted", "public", fields=["bio"])
    seen = facet_counts.facets_of(ANONYMOUS, Filters())
    managing = db.session.get_one(Centre, world.programme.managing_centre_id).slug
    assert (seen.total, seen.closing_soon) == (2, 0)
    assert seen.by["fields"] == {"water": 1, "energy": 1}
    assert seen.by["regions"] == {"KR-27": 1}
    assert seen.by["kinds"] == {world.company.kind: 1, "sme": 1}
    assert seen.by["sectors"].get("bio") == 1
    assert seen.by["centres"] == {managing: 2}
    assert seen.by["tracks"] == {"top_down": 2}
    assert seen.by["trl"] == {"4": 2, "5": 2, "6": 2}
    assert seen.by["budgets"] == {"to_100k": 2}
    assert seen.by["languages"] == {"en": 2}
    assert seen.by["deadline"] == {"month": 2, "quarter": 2}
    assert seen.by["status"] == {"open": 2, "any": 2}
    invited = facet_counts.facets_of(world.actor("startup_owner"), Filters())
    assert (invited.total, invited.by["fields"]["space"], invited.by["budgets"]["none"]) == (3, 1, 1)


def test_count_of_a_choice_is_what_choosing_it_shows(world: World) -> None:
    clock.now()
    of(world, "open", "public", fields=["water"], ip_option="joint")
    of(world, "open", "public", fields=["energy"], ip_option="joint")
    of(world, "open", "public", fields=["energy", "ai"], ip_option="other")
    counts = facet_counts.facets_of(ANONYMOUS, Filters(fields=("energy",)))
    assert (counts.total, counts.by["fields"]) == (2, {"water": 1, "energy": 2, "ai": 1})
    assert counts.by["ip"] == {"joint": 1, "other": 1}


def test_kept_counts_end_with_a_change_and_are_nobody_elses(world: World) -> None:
    of(world, "open", "invited")
    for _ in range(2):
        assert facet_counts.facets_of(world.actor("startup_owner"), Filters()).total == 1
        assert facet_counts.facets_of(ANONYMOUS, Filters()).total == 0
    of(world, "open", "public")
    assert facet_counts.facets_of(ANONYMOUS, Filters()).total == 1


SORTS = {"closing": "", "best": "pipes", "newest": ""}


def test_pages_miss_nothing_and_repeat_nothing_when_others_arrive(world: World) -> None:
    now = clock.now()
    calls = [make_call(world.programme, closes=closes) for closes in (5, 5, 9, 30)]
    made = [of(world, "open", "public").id for _ in range(3)]
    for place, call in enumerate(calls):
        row = of(world, "open", "public", published_at=now - timedelta(days=place) if place else None)
        row.call = call
        made.append(row.id)
    db.session.flush()
    for sort, text in SORTS.items():
        filters = Filters(text=text, sort=sort)
        seen: list[int] = []
        mark: str | None = ""
        while mark is not None:
            cut = results.page_of(ANONYMOUS, filters, now, mark, 2)
            assert (sort, cut.first, cut.previous is None) == (sort, len(seen) + 1, not seen)
            seen += [row.id for row in cut.rows]
            mark = cut.next
            if sort == "newest":
                of(world, "open", "public")  # arrives before the first page
        assert (sort, sorted(seen)) == (sort, sorted(made))
        back = results.page_of(ANONYMOUS, filters, now, cut.previous or "", 2)
        assert (sort, [row.id for row in back.rows]) == (sort, seen[-3:-1])
        assert back.next is not None


def test_way_back_ends_at_the_first_page(world: World) -> None:
    now = clock.now()
    for _ in range(3):
        of(world, "open", "public")
    first = results.page_of(ANONYMOUS, Filters(), now, "", 2)
    second = results.page_of(ANONYMOUS, Filters(), now, first.next or "", 2)
    back = results.page_of(ANONYMOUS, Filters(), now, second.previous or "", 2)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert (back.previous, back.first) == (None, 1)


def test_mark_of_another_list_or_of_nobody_is_refused(world: World) -> None:
    now = clock.now()
    for _ in range(2):
        of(world, "open", "public")
    mark = results.page_of(ANONYMOUS, Filters(), now, "", 1).next or ""
    for filters, wrong in [
        (Filters(sort="closing"), mark), (Filters(fields=("water",)), mark), (Filters(), mark[:-1]),
        (Filters(), "x" + mark), (Filters(), "é"), (Filters(), mark * 99), (Filters(), "\x00"),
    ]:  # fmt: skip
        with pytest.raises(BadCursor):
            results.page_of(ANONYMOUS, filters, now, wrong, 1)


def test_best_match_ends_after_its_candidates(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "CANDIDATES", 2)
    for _ in range(3):
        of(world, "open", "public")
    cut = results.page_of(ANONYMOUS, Filters(text="pipes", sort="best"), clock.now())
    assert (len(cut.rows), cut.reach, cut.total, cut.next) == (2, 2, 3, None)


def test_filters_narrow_together_and_any_of_a_kind(world: World) -> None:
    make_region("KR-26")
    near = make_challenge(make_organisation("large", region_code="KR-26"), make_call(track="on_demand"), fields=["ai"])
    here = of(world, "open", "public", fields=["water", "ai"])
    assert listed(world, fields=("ai",)) == {near.id, here.id}
    assert listed(world, fields=("water", "bio")) == {here.id}
    assert listed(world, fields=("ai",), tracks=("on_demand",)) == {near.id}
    assert listed(world, regions=("KR-26", "KR-27")) == {near.id, here.id}


def test_order_is_newest_first_or_closing_soonest(world: World) -> None:
    now = clock.now()
    early = make_challenge(world.company, make_call(world.programme, closes=9), published_at=now - timedelta(days=3))
    late = make_challenge(world.company, make_call(world.programme, closes=12), published_at=now)

    def order(sort: str) -> list[int]:
        query = results.apply_order(results.find_published(ANONYMOUS, Filters(), now), sort)
        return [row.id for row in db.session.scalars(query).unique()]

    assert order("newest") == [late.id, early.id]
    assert order("closing") == [early.id, late.id]


KNOWS = {"company_owner", "company_member", "manager", "broker", "network_staff"}


@pytest.mark.parametrize("rule", ["never", "at_closing", "at_pairing"])
def test_anonymous_company_is_known_to_its_own_and_its_centres(world: World, rule: str) -> None:
    challenge = of(world, "open", "anonymous")
    challenge.call.identity_revealed = rule  # type: ignore[union-attr]
    knowing = {
        role for role in World.ROLES if company_of(challenge, world.actor(role), "en").name == "Haneul Water Utility"
    }
    assert knowing == KNOWS
    assert {role for role in World.ROLES if owner_of(challenge, world.actor(role)) is not None} == KNOWS
    close_call(challenge.call)  # type: ignore[arg-type]
    assert (owner_of(challenge, ANONYMOUS) is not None) is (rule == "at_closing")
    paired = company_of(challenge, world.actor("startup_owner"), "en", paired=True)
    assert paired.is_described is (rule == "never")


def test_description_is_made_of_stated_facts(world: World) -> None:
    challenge = of(
        world, "open", "anonymous", described_kind="public", described_sector="water", described_country="KR"
    )
    challenge.texts["en"].anonymous_as = ""
    shown = company_of(challenge, ANONYMOUS, "en")
    assert (shown.name, shown.organisation_id) == ("Public company, Water, South Korea", None)


def test_old_index_shows_what_came_and_never_what_went(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facet_counts, "FEW", 0)
    monkeypatch.setattr(facet_counts, "_renew", lambda *_: None)
    current_app.extensions.pop("public_catalogue", None)
    now = clock.now()
    kept, gone, changed = (of(world, "open", "public") for _ in range(3))
    first = results.page_of(ANONYMOUS, Filters(), now)
    assert (len(first.rows), first.total) == (3, 3)
    gone.state = "withdrawn"
    changed.visibility = "invited"
    came = of(world, "open", "public")
    came.texts["en"].title = "Zirconium pipes"
    db.session.flush()
    index = facet_counts.index_of(ANONYMOUS)
    assert index.since is not None
    for filters in (Filters(), Filters(sort="closing"), Filters(fields=("water",)), Filters(text="zirconium leaks")):
        cut = results.page_of(ANONYMOUS, filters, now)
        expected = {came.id} if filters.text and filters.sort == "newest" else {kept.id, came.id}
        assert {row.id for row in cut.rows} <= {kept.id, came.id}
        assert filters.text or {row.id for row in cut.rows} == expected
    newest = results.page_of(ANONYMOUS, Filters(text="zirconium", sort="newest"), now)
    assert [row.id for row in newest.rows] == [came.id]
    best = results.page_of(ANONYMOUS, Filters(text="pipes", sort="best"), now)
    assert [row.id for row in best.rows] == [kept.id]
    current_app.extensions.pop("public_catalogue", None)


def test_old_index_leads_through_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facet_counts, "FEW", 0)
    monkeypatch.setattr(facet_counts, "_renew", lambda *_: None)
    monkeypatch.setattr(results, "SPARE", 0)
    current_app.extensions.pop("public_catalogue", None)
    now = clock.now()
    made = [of(world, "open", "public", published_at=now - timedelta(days=n)).id for n in range(9)]
    results.page_of(ANONYMOUS, Filters(), now)
    for place in (1, 2, 3, 6):
        db.session.get_one(Challenge, made[place]).visibility = "invited"
    late = of(world, "open", "public", published_at=now - timedelta(days=30)).id
    db.session.flush()
    seen: list[int] = []
    mark = ""
    while mark is not None:
        cut = results.page_of(ANONYMOUS, Filters(), now, mark, 2)
        seen += [row.id for row in cut.rows]
        mark = cut.next  # type: ignore[assignment]
    assert seen == [made[n] for n in (0, 4, 5, 7, 8)] + [late]
    current_app.extensions.pop("public_catalogue", None)


def test_titles_weigh_more_than_bodies(world: World) -> None:
    body, title = of(world, "open", "public"), of(world, "open", "public")
    body.texts["en"].problem = "Zirconium zirconium and nothing else"
    title.texts["en"].title = "Find zirconium"
    newest = of(world, "open", "public")
    newest.texts["en"].why_now = "Zirconium"
    db.session.flush()
    cut = results.page_of(ANONYMOUS, Filters(text="zirconium", sort="best"), clock.now())
    assert next(row.id for row in cut.rows) == title.id
    assert cut.total == 3


def test_compound_is_found_written_apart_and_with_particles(world: World) -> None:
    apart, joint = of(world, "open", "public"), of(world, "open", "public")
    apart.texts["ko"] = ChallengeText(locale="ko", title="반도체의 검사를 위한 혁신 과제")
    joint.texts["ko"] = ChallengeText(locale="ko", title="혁신과제를 찾습니다")
    db.session.flush()
    for words in ("혁신과제", "혁신과제를", "혁신 과제가", "과제에서"):
        assert listed(world, text=words) == {apart.id, joint.id}, words
    assert listed(world, text="반도체검사") == {apart.id}
    assert listed(world, text="혁신반도") == {apart.id}
    assert listed(world, text="과제검사를") == {apart.id}
    assert listed(world, text="누수검사") == set()


def test_word_of_one_syllable_is_found_with_its_particle(world: World) -> None:
    with_particle, alone = of(world, "open", "public"), of(world, "open", "public")
    other = of(world, "open", "public")
    with_particle.texts["ko"] = ChallengeText(locale="ko", title="도시의 물을 아끼는 기술")
    alone.texts["ko"] = ChallengeText(locale="ko", title="물 관리")
    other.texts["ko"] = ChallengeText(locale="ko", title="물류와 식물")
    db.session.flush()
    assert listed(world, text="물") == {with_particle.id, alone.id}
    assert listed(world, text="물 아끼는") == {with_particle.id}


def test_most_words_will_do_where_nothing_holds_all_and_hidden_texts_change_nothing(world: World) -> None:
    now, shown = clock.now(), of(world, "open", "public")
    text = "old pipes leak zirconium"
    filters = Filters(text=text, sort="best")
    loose = replace(facet_counts.index_of(ANONYMOUS), loosens=True)
    found = loose.words(text)
    assert found is not None and found.is_loose and loose.total(filters) == 1
    assert [row.id for row in results.page_of(ANONYMOUS, filters, now, index=loose).rows] == [shown.id]
    assert facet_counts.index_of(ANONYMOUS).total(filters) == 0
    hidden = of(world, "draft", "public")
    hidden.texts["en"].title = "Zirconium in old pipes"
    db.session.flush()
    again = replace(facet_counts.index_of(ANONYMOUS), loosens=True)
    assert again.total(filters) == 1
    assert replace(loose).total(Filters(text="xylo yacht zebra", sort="best")) == 0


@pytest.mark.parametrize("end", ["withdrawn", "rejected", "candidate", "cancelled call"])
def test_company_whose_challenge_ended_early_is_never_named_by_the_closing(world: World, end: str) -> None:
    challenge = of(world, "open" if end == "cancelled call" else end, "anonymous", published_at=clock.now())
    call = challenge.call
    assert call is not None
    call.identity_revealed = "at_closing"
    close_call(call)
    if end == "cancelled call":
        call.state = "cancelled"
    for role in ("anonymous", "startup_owner", "other_company", "foreign_manager"):
        actor = world.actor(role)
        assert (owner_of(challenge, actor), company_of(challenge, actor, "en").organisation_id) == (None, None), role
        assert challenge not in profiles.challenges_posted(world.company, actor, clock.now())
