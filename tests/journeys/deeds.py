"""The main job step by step, each as the people in it do it: by addresses, field names and buttons, never by words."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from marketplace.applications.models import ApplicationRevision
from marketplace.kernel import clock
from tests.faults.harness import eventually
from tests.journeys.cast import Cast, Words
from tests.journeys.person import Person
from tests.journeys.product import Product


def in_days(product: Product, days: int) -> str:
    """A day from today, as date fields take it."""
    with product.app.app_context():
        return (clock.now() + timedelta(days=days)).date().isoformat()


def post_challenge(company: Person, cast: Cast, words: Words) -> int:
    """Write a challenge section by section and send it to the centre."""
    language = company.language
    text = f"text_{language}-"
    company.visit("/challenges/mine").visit("/challenges/new")
    company.press("/challenges", main_locale=language, title=words.title)
    (challenge,) = company.numbers
    at = f"/challenges/{challenge}/sections"
    need = {f"{text}{name}": words.text for name in ("summary", "problem", "why_now", "success_criteria")}
    company.press(f"{at}/need", **need, fields=["water", "ai"])
    company.press(f"{at}/startup", trl_from=4, trl_to=6, startups_sought=1)
    offer = {"resources": ["data", "site"], "budget": 90000000, "currency": "KRW", "payment_days": 30}
    company.press(f"{at}/offer", **offer)
    terms = {"ip_option": "company_licence", "owner_name": "Ha Eunbi", f"{text}purchase_route": words.short}
    company.press(f"{at}/terms", **terms, decision_date=in_days(company.product, 40))
    company.press(f"{at}/audience", visibility="public")
    company.visit(f"/challenges/{challenge}/edit/destination")
    company.press(f"{at}/destination", centre_id=cast.centre_id)
    company.visit(f"/challenges/{challenge}/preview").visit(f"/challenges/{challenge}/edit")
    company.press(f"/challenges/{challenge}/submission")
    assert company.path == f"/challenges/{challenge}"
    return challenge


def ask_for_changes(staff: Person, challenge: int, words: Words) -> None:
    """Take the challenge up and ask for changes."""
    staff.visit("/challenges/review").visit(f"/challenges/{challenge}/review")
    staff.press(f"/challenges/{challenge}/review")
    staff.press(f"/challenges/{challenge}/revisions", reason=words.short)


def revise(company: Person, challenge: int, words: Words) -> None:
    """Change a text and send it again."""
    company.visit(f"/challenges/{challenge}/review")
    assert words.short in company.page.locator("main").inner_text()
    company.visit(f"/challenges/{challenge}/edit/need")
    company.press(f"/challenges/{challenge}/sections/need", **{f"text_{company.language}-problem": words.revised})
    company.visit(f"/challenges/{challenge}/edit").press(f"/challenges/{challenge}/submission")


def publish(staff: Person, challenge: int, call: int, words: Words) -> None:
    """Take it as a candidate and publish it in a call."""
    at = f"/challenges/{challenge}"
    staff.visit(f"{at}/review")
    assert words.revised in staff.page.locator("#changes").inner_text()
    staff.press(f"{at}/candidacy").press(f"{at}/publication", call=call)
    assert staff.path == at


def find(startup: Person, challenge: int, term: str) -> None:
    """Search the public list for words in one's own language and open what it finds."""
    startup.visit("/challenges")
    startup.press("/challenges", q=term)
    assert term.split()[0] in startup.page.locator("main").inner_text()
    startup.follow(f"/challenges/{challenge}")


def apply(startup: Person, challenge: int, call: int, words: Words) -> int:
    """Check eligibility, declare, write the draft, read it through, submit; returns the application."""
    startup.visit(f"/challenges/{challenge}").follow(f"/challenges/{challenge}/applications/new")
    declarations = startup.page.locator('input[value="clear"]')
    if names := {declarations.nth(n).get_attribute("name") or "" for n in range(declarations.count())}:
        startup.press(f"/calls/{call}/declarations", **dict.fromkeys(sorted(names), "clear"))
    startup.press(f"/calls/{call}/applications")
    (application,) = startup.numbers
    at = f"/applications/{application}"
    form = startup.form(f"{at}/draft")
    content = dict.fromkeys(("solution", "fit", "evidence", "team", "timeline", "needs"), words.text)
    startup.fill(form, locale=startup.language, title=words.title, **content)
    if startup.scripts:
        written = sa.select(ApplicationRevision.needs).where(ApplicationRevision.application_id == application)
        eventually(lambda: startup.product.one(written) == words.text, 20, "no autosave came")
        startup.page.locator("[data-autosave-status] [data-version]").wait_for()
        startup.look(again=True)
        startup.visit(f"{at}/draft")
        assert startup.page.locator('[name="solution"]').input_value() == words.text
        content = {}
    money = {"amount": "80000000", "own_cash": "10000000", "own_in_kind": "10000000"}
    startup.press(f"{at}/draft", trl_now=5, **money)
    assert startup.path == f"{at}/preview"
    if startup.scripts:  # what was typed without grouping is what is shown with it: nothing is left to take up again
        startup.visit(f"{at}/draft")
        assert startup.page.locator("[data-autosave-status] button").count() == 0
        startup.visit(f"{at}/preview")
    startup.press(f"{at}/submission")
    assert startup.path == f"{at}/receipt"
    return application


def screen(staff: Person, call: int, application: int, words: Words) -> None:
    """Judge what the rules cannot tell, confirm that it is eligible and put it on the shortlist."""
    at = f"/applications/{application}"
    staff.visit(f"/calls/{call}/applications").follow(f"{at}/screening")
    untold = staff.page.locator('.verdict:has(.badge[data-state="waiting"]) a[href$="/override"]')
    for href in [link.get_attribute("href") or "" for link in untold.all()]:
        staff.visit(href).press("", verdict="meets", reason=words.short)
    staff.press(f"{at}/eligibility").press(f"{at}/shortlisting")


def compare(company: Person, challenge: int, application: int, words: Words) -> None:
    """Read the eligible applications side by side and record how well they fit."""
    company.visit(f"/challenges/{challenge}").follow(f"/challenges/{challenge}/applications/comparison")
    company.follow(f"/applications/{application}/opinion").press("", fit="strong", reasons=words.short)


def decide(staff: Person, call: int, application: int, words: Words) -> None:
    """Prepare the decision and release it."""
    staff.visit(f"/applications/{application}/decision").press("", outcome="selected", comments=words.short)
    assert staff.path == f"/calls/{call}/decisions"
    staff.visit(f"/calls/{call}/release").press(f"/calls/{call}/release", sure=True)


def pair(staff: Person, company: Person, startup: Person, application: int, words: Words) -> int:
    """Open a pairing, both accept, the centre confirms; returns the collaboration."""
    staff.visit(f"/applications/{application}").follow(f"/pairings/new?application={application}")
    staff.press("/pairings", answer_by=in_days(staff.product, 7), message=words.short)
    (pairing,) = staff.numbers
    for side in (company, startup):
        side.visit("/pairings").follow(f"/pairings/{pairing}")
        side.press(f"/pairings/{pairing}/answer", answer="accept", reason=words.short)
    staff.visit("/pairings").visit(f"/pairings/{pairing}").press(f"/pairings/{pairing}/confirmation")
    (collaboration,) = staff.numbers
    return collaboration


def agree(staff: Person, company: Person, startup: Person, cast: Cast, collaboration: int, words: Words) -> None:
    """The centre drafts the agreement, both name who signs, read and sign it."""
    at = f"/collaborations/{collaboration}/agreement"
    staff.visit(f"{at}/text")
    terms = {"purpose": words.text, "text": words.text, "governing_law": words.short, "amount": "80000000"}
    days = {"starts_on": in_days(staff.product, 0), "ends_on": in_days(staff.product, 200)}
    staff.press(f"{at}/text", **terms, **days, currency="KRW", ip_option="joint", ruling_locale=staff.language)
    staff.press(f"{at}/review")
    for side, party, person in (
        (company, cast.company_id, cast.company_person),
        (startup, cast.startup_id, cast.startup_person),
    ):
        side.visit(at).follow(f"{at}/signers/{party}").press("", signer_id=person, capacity=words.term)
    staff.visit(at).press(f"{at}/signing")
    for side in (company, startup):
        side.visit(at)
        assert words.text in side.page.locator("main").inner_text()
        side.press(f"{at}/signatures", authority=True)


def work(startup: Person, company: Person, collaboration: int, words: Words) -> None:
    """A milestone is planned and judged, a note written."""
    at = f"/collaborations/{collaboration}"
    startup.visit("/collaborations").follow(at).follow(f"{at}/milestones/new")
    startup.press("", title=words.title, due_on=in_days(startup.product, 20), note=words.short)
    startup.press(f"{at}/notes", text=words.text)
    company.visit(at)
    link = company.page.locator(f'a[href^="{at}/milestones/"]').first.get_attribute("href") or ""
    company.follow(link).press(f"{link}/judgement", verdict="met")


def report(startup: Person, company: Person, staff: Person, collaboration: int, words: Words) -> None:
    """The final report, the company's opinion and next step, the result."""
    at = f"/collaborations/{collaboration}"
    startup.visit(f"{at}/report").press("", goals=words.text, reached=words.short, spending=words.short)
    startup.press(f"{at}/report-handover")
    company.visit(at).follow(f"{at}/opinion").press("", opinion=words.short)
    company.follow(f"{at}/next-step").press("", next_step="buy", words=words.short)
    staff.visit(at).press(f"{at}/result", result="succeeded")
    staff.press(f"{at}/follow-up")


def claim(startup: Person, company: Person, staff: Person, collaboration: int, words: Words) -> int:
    """An outcome is claimed, countersigned and verified; returns it."""
    at = f"/collaborations/{collaboration}"
    startup.visit(at).follow(f"{at}/outcomes/new")
    evidence = {"evidence_url": "https://evidence.example/contract", "happened_on": in_days(startup.product, 0)}
    startup.press("", kind="purchase", value="120000000", currency="KRW", **evidence, description=words.short)
    company.visit(at)
    action = next(a for a in company.actions() if a.endswith("/countersignature"))
    company.press(action, consents=True)
    outcome = int(action.split("/")[-2])
    staff.visit(at).press(f"{at}/outcomes/{outcome}/verification")
    staff.visit(f"{at}/history")
    return outcome
