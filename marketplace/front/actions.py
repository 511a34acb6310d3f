"""Writing to a centre: the message goes to its staff by mail and is kept nowhere else (decision 0054)."""

from __future__ import annotations

import secrets

from marketplace.front.queries import staff_of
from marketplace.kernel import events
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre
from marketplace.notifications import rendering


def write_to_centre(centre: Centre, actor: Actor, *, name: str, email: str, message: str, locale: str) -> None:
    """Queue one mail to each of the centre's staff, in their language; nothing goes to the address that was given."""
    key, staff = secrets.token_hex(16), staff_of(centre)
    locales = rendering.locales_of(staff)
    rendering.queue(
        *(
            rendering.render(
                f"enquiry:{key}:{user.id}",
                "enquiry",
                user,
                user.email,
                locales[user.id],
                centre=centre.organisation.name(locales[user.id]),
                sender=name,
                address=email,
                lines=message.splitlines(),
                written_in=locale,
                account=actor if actor.signed_in else None,
            )
            | {"headers": {"Reply-To": email}}
            for user in staff
        )
    )
    events.wake(events.QUICK)
