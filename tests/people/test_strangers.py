"""Mail to addresses that nobody has confirmed: no words of a stranger in it, and a limit to how much leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.kernel import relay
from marketplace.kernel.db import db
from marketplace.kernel.errors import Invalid
from marketplace.notifications.models import Mail
from marketplace.people import actions, member_actions
from marketplace.people.models import OrganisationText
from tests.people.cast import make_user
from tests.world import World

WORDS = "Win a prize at prize.example"


def sign_up(email: str, name: str = "Ada") -> None:
    actions.sign_up(name, email, "four quiet rivers", locale="en", consents=actions.REQUIRED_CONSENTS)


def written_to(email: str) -> str:
    db.session.commit()
    relay.run_due()
    mail = db.session.scalars(sa.select(Mail).where(Mail.to == email).order_by(Mail.id.desc())).first()
    assert mail is not None
    return f"{mail.subject}\n{mail.body}"


def test_mail_to_an_unconfirmed_address_repeats_no_name_that_was_typed(world: World) -> None:
    sign_up("victim@people.example", WORDS)
    assert WORDS not in written_to("victim@people.example")
    actions.ask_reset("victim@people.example")
    assert WORDS not in written_to("victim@people.example")
    sign_up("victim@people.example", WORDS)
    assert WORDS not in written_to("victim@people.example")


@pytest.mark.parametrize("is_verified", [True, False])
def test_invitation_to_a_stranger_names_verified_organisations_alone(world: World, is_verified: bool) -> None:
    owner = world.actor("startup_owner")
    world.user("startup_owner").name = WORDS
    world.startup.state = "verified" if is_verified else "unverified"
    world.startup.texts["en"] = OrganisationText(locale="en", name="House of rivers")
    db.session.flush()
    member_actions.invite(world.startup, owner, "stranger@people.example", "member")
    text = written_to("stranger@people.example")
    assert WORDS not in text
    assert ("House of rivers" in text) is is_verified
    known = make_user(email="known@people.example")
    member_actions.invite(world.startup, owner, known.email, "member")
    text = written_to(known.email)
    assert WORDS in text and "House of rivers" in text


@pytest.mark.parametrize(
    ("limit", "refused", "taken"),
    [
        ({"strangers_per_domain": 2}, "c@one.example", "c@two.example"),
        ({"strangers_per_hour": 3}, "c@three.example", None),
    ],
)
def test_sign_ups_end_for_an_hour_at_a_limit(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch, limit: dict[str, int], refused: str, taken: str | None
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **limit))
    sign_up("a@one.example")
    sign_up("b@ONE.example")
    sign_up("a@two.example")
    with pytest.raises(Invalid):
        sign_up(refused)
    with pytest.raises(Invalid):
        member_actions.invite(world.startup, world.actor("startup_owner"), refused, "member")
    if taken:
        sign_up(taken)


def test_invitations_of_one_sender_end_for_an_hour_at_a_limit(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], invitations_per_hour=1))
    member_actions.invite(world.startup, world.actor("startup_owner"), "a@one.example", "member")
    with pytest.raises(Invalid, match="many invitations"):
        member_actions.invite(world.startup, world.actor("startup_owner"), "a@two.example", "member")
    member_actions.invite(world.company, world.actor("company_owner"), "a@two.example", "member")
