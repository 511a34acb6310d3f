"""From a posted challenge to a verified outcome, by different people in different sessions.

Once a language: in English at a desk, in French and Korean on a phone.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.applications.models import Application
from marketplace.challenges.models import Challenge
from marketplace.collaborations.models import Collaboration, Outcome
from tests.journeys import deeds
from tests.journeys.cast import WORDS, deadline_passes, gather
from tests.journeys.conftest import Arrives
from tests.journeys.product import Product

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
def test_main_job_leads_from_a_challenge_to_an_outcome(product: Product, arrives: Arrives, language: str) -> None:
    words, cast = WORDS[language], gather(product, language, language)
    screen = {"in_turn": True, "phone": language != "en"}
    company, staff = (arrives(language, person, **screen) for person in (cast.company, cast.staff))
    challenge = deeds.post_challenge(company, cast, words)
    product.mail(cast.staff, words.title)
    deeds.ask_for_changes(staff, challenge, words)
    deeds.revise(company, challenge, words)
    deeds.publish(staff, challenge, cast.call_id, words)
    assert product.one(sa.select(Challenge.state).where(Challenge.id == challenge)) == "open"

    visitor = arrives(language, **screen)
    deeds.find(visitor, challenge, words.term)
    startup = arrives(language, cast.startup, **screen)
    application = deeds.apply(startup, challenge, cast.call_id, words)
    number = product.one(sa.select(Application.number).where(Application.id == application))
    assert number in startup.page.locator("h1").inner_text()
    product.mail(cast.startup, number)

    deadline_passes(product, cast.call_id)
    deeds.screen(staff, cast.call_id, application, words)
    deeds.compare(company, challenge, application, words)
    deeds.decide(staff, cast.call_id, application, words)
    startup.visit("/desk").visit("/notifications").visit(f"/applications/{application}")
    assert words.short in startup.page.locator("main").inner_text()
    assert product.one(sa.select(Application.state).where(Application.id == application)) == "selected"

    collaboration = deeds.pair(staff, company, startup, application, words)
    deeds.agree(staff, company, startup, cast, collaboration, words)
    assert product.one(sa.select(Collaboration.state).where(Collaboration.id == collaboration)) == "active"
    deeds.work(startup, company, collaboration, words)
    deeds.report(startup, company, staff, collaboration, words)
    outcome = deeds.claim(startup, company, staff, collaboration, words)
    assert product.one(sa.select(Outcome.state).where(Outcome.id == outcome)) == "verified"
    assert product.one(sa.select(Collaboration.state).where(Collaboration.id == collaboration)) == "follow_up"
    for person in (company, startup, staff):
        person.visit("/desk").visit("/notifications")
