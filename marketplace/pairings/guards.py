"""What must hold for a confirmation, beyond the pairing's own facts, and for an application that has a pairing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from marketplace.kernel.db import db
from marketplace.kernel.locales import _l
from marketplace.kernel.workflow import guard
from marketplace.pairings.models import Pairing


@guard("pairing.confirm", "pairing.accept")
def application_stands(pairing: Any) -> Any:
    if pairing.application is not None and pairing.application.state != "selected":
        return _l("The application is no longer selected, so this pair cannot go on. Let it lapse.")
    return None


@guard("pairing.confirm")
def challenge_has_room(pairing: Any) -> Any:
    challenge = pairing.challenge
    if challenge is None:
        return None
    if challenge.state == "withdrawn":
        return _l("The challenge was withdrawn, so this pair cannot go on. Let it lapse.")
    confirmed = select(func.count()).where(Pairing.challenge_id == challenge.id, Pairing.state == "confirmed")
    if (db.session.scalar(confirmed) or 0) >= challenge.startups_sought:
        return _l("The challenge has found all the startups it seeks.")
    return None


@guard("application.step_back")
def no_pair_confirmed(application: Any) -> Any:
    confirmed = select(Pairing.id).where(Pairing.application_id == application.id, Pairing.state == "confirmed")
    if db.session.scalar(confirmed.limit(1)) is None:
        return None
    return _l("The pairing is confirmed and the place taken. How the work ends is said on the collaboration’s page.")
