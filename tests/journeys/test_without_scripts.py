"""The main job on a phone that runs no script, from a challenge to a released decision."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from marketplace.applications.models import Application
from tests.journeys import deeds
from tests.journeys.cast import WORDS, deadline_passes, gather
from tests.journeys.conftest import Arrives
from tests.journeys.product import Product

pytestmark = pytest.mark.browser


def test_main_job_needs_no_script(product: Product, arrives: Arrives) -> None:
    words, cast = WORDS["fr"], gather(product, "fr", "plain")
    company = arrives("fr", cast.company, scripts=False, phone=True)
    staff = arrives("fr", cast.staff, scripts=False, phone=True)
    startup = arrives("fr", cast.startup, scripts=False, phone=True)
    challenge = deeds.post_challenge(company, cast, words)
    deeds.ask_for_changes(staff, challenge, words)
    deeds.revise(company, challenge, words)
    deeds.publish(staff, challenge, cast.call_id, words)
    deeds.find(startup, challenge, words.term)
    application = deeds.apply(startup, challenge, cast.call_id, words)
    deadline_passes(product, cast.call_id)
    deeds.screen(staff, cast.call_id, application, words)
    deeds.compare(company, challenge, application, words)
    deeds.decide(staff, cast.call_id, application, words)
    startup.visit(f"/applications/{application}")
    assert words.short in startup.page.locator("main").inner_text()
    assert product.one(sa.select(Application.state).where(Application.id == application)) == "selected"
