"""The cast that matrix tests walk: two networks, a programme of two centres, a company, a startup, a person a role."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from marketplace.kernel.db import db
from marketplace.kernel.policy import ANONYMOUS, SYSTEM, Actor
from marketplace.people.models import Membership, User
from tests.factories import stored, together
from tests.network.cast import make_centre, make_network, make_programme
from tests.people.cast import actor_of, make_member, make_organisation, make_user

Rows = Callable[[], AbstractContextManager[None]]  # what the fixture of that name gives to tests of pages
SignedIn = Callable[..., FlaskClient]


class World:
    """A programme managed by one centre with a co-operating one, beside a foreign network, and one person per role."""

    def __init__(self) -> None:
        with together():
            self._make()

    def _make(self) -> None:
        self.network = make_network()
        self.centre = make_centre(self.network, "KR-27")
        self.cooperating = make_centre(self.network, "KR-26")
        self.foreign_network = make_network()
        self.foreign_centre = make_centre(self.foreign_network, "KR-27")  # beside ours: no region keeps them apart
        self.programme = make_programme(self.centre, [self.cooperating])
        ours = {"verifying_centre_id": stored(self.centre).id}
        self.company = make_organisation("public", "Haneul Water Utility", **ours)
        self.startup = make_organisation("startup", "Loopwell", **ours)
        self.other_company = make_organisation("large", "Boreale Aluminium")
        self.other_startup = make_organisation("startup", "Onda Labs")
        self.memberships: dict[str, Membership] = {
            "company_owner": make_member(self.company, "owner"),
            "company_member": make_member(self.company, "member"),
            "startup_owner": make_member(self.startup, "owner"),
            "startup_member": make_member(self.startup, "member"),
            "other_company": make_member(self.other_company, "owner"),
            "other_startup": make_member(self.other_startup, "owner"),
            "manager": make_member(self.centre.organisation, "manager"),
            "broker": make_member(self.centre.organisation, "broker"),
            "cooperating_manager": make_member(self.cooperating.organisation, "manager"),
            "foreign_manager": make_member(self.foreign_centre.organisation, "manager"),
            "network_staff": make_member(self.network.operator, "network_staff"),
            "foreign_network_staff": make_member(self.foreign_network.operator, "network_staff"),
            "evaluator": make_member(self.centre.organisation, "evaluator"),
        }
        self.person = make_user("Person without an organisation")

    ROLES = (
        "anonymous", "person", "company_owner", "company_member", "startup_owner", "startup_member", "other_company",
        "other_startup", "manager", "broker", "cooperating_manager", "foreign_manager", "network_staff",
        "foreign_network_staff", "evaluator",
    )  # fmt: skip

    _kept = b""

    def keep(self) -> None:
        """Let ``kept()`` hand out this world, which was committed, from now on."""
        World._kept = pickle.dumps(vars(self))

    @classmethod
    def kept(cls) -> World:
        """The world that lies in the worker's own database: the same ids in every test, without a statement."""
        world = cls.__new__(cls)
        world.__dict__ = pickle.loads(cls._kept)
        db.session.add_all([*world.memberships.values(), world.programme, world.foreign_centre, world.person])
        return world

    def actor(self, role: str) -> Actor:
        """The actor in a role; ``anonymous`` and ``person`` belong nowhere, and ``system`` is the clock."""
        if role == "system":
            return SYSTEM
        if role == "anonymous":
            return ANONYMOUS
        if role == "person":
            return actor_of(None, self.person)
        return actor_of(self.memberships[role])

    def user(self, role: str) -> User | None:
        """The person in a role; None for anonymous."""
        if role == "anonymous":
            return None
        return self.person if role == "person" else self.memberships[role].user
