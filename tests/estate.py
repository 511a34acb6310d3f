"""A peopled estate: what the tests of roles, leaks and links walk through.

A route's variables are filled by their own name (``<int:organisation_id>``) or by the segment before them
(``/calls/<int:id>`` takes a *call*), so that a new route under a known noun needs nothing here. An `Estate` knows
several things of each noun, by name:

    late       the cast's own, in a closed call: answered, decided, paired, worked on
    foreign    like ``late``, of another network, company and startup
    sealed     the cast's own, submitted to a call that is still open
    early      the cast's own, at its beginning: a draft call, a challenge in review, a draft application
    anonymous  an open challenge of a company that hides its name
    nothing    addresses of what does not exist

Each package's ``cast.py`` brings its part, on what the packages below it brought: ``ESTATE``, a function for each case
that answers its things by noun; ``SECRETS``, the words it plants there and who may read them; ``WORDS``, what fills
variables that are words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any

from config import ROOT
from marketplace.app import PACKAGES
from marketplace.kernel.db import db
from tests.factories import Case
from tests.network.cast import make_programme
from tests.world import World

Values = dict[str, Any]

CASTS: list[ModuleType] = [
    import_module(f"tests.{package}.cast") for package in PACKAGES if (ROOT / "tests" / package / "cast.py").exists()
]


def gathered(name: str) -> dict[str, Any]:
    """What the casts of all packages say under a name, together."""
    return {key: value for cast in CASTS for key, value in getattr(cast, name, {}).items()}


# What fills variables that are words, by the segment before them or, where one endpoint takes several, by the endpoint.
WORDS: Values = {"assets": "nothing.css", "token": "a-token-that-nobody-sent", **gathered("WORDS")}
# Who is of another network, in the places that the cast's own have.
FOREIGN = {"company_owner": "other_company", "startup_owner": "other_startup", "manager": "foreign_manager"}


@dataclass
class Estate:
    """The world with one thing of every noun in each case; `values[case][noun]` fills a route."""

    world: World = field(default_factory=World)
    values: dict[str, Values] = field(default_factory=dict)

    def __post_init__(self) -> None:
        people, foreign = self.world.memberships, self.world.foreign_centre
        theirs = {role: people[name] for role, name in FOREIGN.items()}
        self.values["late"] = self._furnish("late", Case(self.world.programme, people)) | WORDS
        self.values["foreign"] = self._furnish("late", Case(make_programme(foreign), theirs, "foreign")) | WORDS
        for name in ("sealed", "early", "anonymous"):
            self.values[name] = self.values["late"] | self._furnish(name, Case(self.world.programme, people))
        self.values["nothing"] = {
            noun: 999_999_999 if isinstance(value, int) else "nothing-of-that-name"
            for noun, value in self.values["late"].items()
        } | WORDS
        db.session.flush()

    def _furnish(self, name: str, case: Case) -> Values:
        """Let each package bring its things to a case; what fills addresses that lead to them."""
        for cast in CASTS:
            if bring := getattr(cast, "ESTATE", {}).get(name):
                case.things |= bring(case)
        db.session.flush()
        return {noun: getattr(thing, "id", thing) for noun, thing in case.things.items()}
