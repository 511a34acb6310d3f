"""What is done with programmes and centres. Setting up an installation is in ``setup.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marketplace.kernel import events, policy
from marketplace.kernel.db import db, touch
from marketplace.kernel.errors import Invalid, expect_version
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor
from marketplace.network.models import Centre, Programme, ProgrammeText


def create_programme(
    centre: Centre, actor: Actor, values: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]
) -> Programme:
    """Set up a programme that the centre manages."""
    policy.require(actor, "programme.create", centre)
    programme = Programme(managing_centre=centre, first_year=values["first_year"], last_year=values["last_year"])
    _write_programme(programme, values, texts)
    db.session.add(programme)
    events.record("programme.create", programme, actor)
    return programme


def change_programme(
    programme: Programme,
    actor: Actor,
    values: Mapping[str, Any],
    texts: Mapping[str, Mapping[str, str]],
    *,
    version: int | None = None,
) -> None:
    """Change a programme's words, years, money or centres."""
    policy.require(actor, "programme.edit", programme)
    expect_version(programme, version)
    _write_programme(programme, values, texts)
    touch(programme)
    db.session.flush()
    events.record("programme.edit", programme, actor)


def _write_programme(programme: Programme, values: Mapping[str, Any], texts: Mapping[str, Mapping[str, str]]) -> None:
    if values["last_year"] < values["first_year"]:
        raise Invalid(_l("It cannot end before it starts."), field="last_year")
    if not texts:
        raise Invalid(_l("Name the programme in at least one language."), field="name_en")
    for name in ("first_year", "last_year", "budget", "funder"):
        setattr(programme, name, values.get(name))
    programme.currency = values.get("currency") if values.get("budget") is not None else None
    programme.cooperating_centres = [c for c in values["cooperating_centres"] if c is not programme.managing_centre]
    for code in set(programme.texts) - set(texts):
        del programme.texts[code]
    for code, words in texts.items():
        row = programme.texts.setdefault(code, ProgrammeText(locale=code, name=""))
        row.name, row.summary = words["name"], words.get("summary", "")


def change_centre(centre: Centre, actor: Actor, values: Mapping[str, Any], *, version: int | None = None) -> None:
    """Change a centre's contact, languages and zone."""
    policy.require(actor, "centre.edit", centre)
    expect_version(centre, version)
    for name in ("time_zone", "languages", "contact_name", "contact_email", "contact_phone"):
        setattr(centre, name, values[name] or None if name.startswith("contact") else values[name])
    db.session.flush()
    events.record("centre.edit", centre, actor)
