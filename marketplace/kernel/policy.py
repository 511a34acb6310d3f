"""Who may do what. Refused unless granted; a name nobody declared raises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel import unit_of_work
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.locales import _l

STAFF = frozenset({"manager", "broker"})


ROLE_LABELS = {
    "owner": _l("Owner"),
    "member": _l("Member"),
    "manager": _l("Centre manager"),
    "broker": _l("Broker"),
    "network_staff": _l("Network staff"),
    "evaluator": _l("Evaluator"),
}


@dataclass(frozen=True)
class Actor:
    """A person acting for one organisation at a time, as every rule sees them.

    ``role`` is the membership's: owner, member, manager, broker, network_staff or evaluator.
    """

    user_id: int | None = None
    name: str = ""
    locale: str | None = None
    organisation_id: int | None = None
    organisation_names: Mapping[str, str] = field(default_factory=dict, compare=False)
    organisation_kind: str = ""
    organisation_verified: bool = False
    role: str = ""
    membership_id: int | None = None
    seats: int = 0
    email_verified: bool = False
    is_operator: bool = False  # keeps the installation, whatever they act for
    is_system: bool = False
    page_locale: str = ""

    @property
    def organisation_name(self) -> str:
        """The name of the organisation acted for, in the page's language where it has one."""
        names = self.organisation_names
        return names.get(self.page_locale) or next(iter(names.values()), "")

    @property
    def role_label(self) -> Any:
        """The role in words."""
        return ROLE_LABELS.get(self.role, _l("Person without an organisation"))

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def can_switch(self) -> bool:
        return self.seats > 1

    @property
    def centre_id(self) -> int | None:
        """The centre whose staff this person is, acting now."""
        return self.organisation_id if self.role in STAFF else None

    @property
    def is_manager(self) -> bool:
        return self.role == "manager"

    @property
    def network_operator_id(self) -> int | None:
        """The organisation that runs the network this person watches over."""
        return self.organisation_id if self.role == "network_staff" else None

    @property
    def party_id(self) -> int | None:
        """The organisation this person speaks for as owner or member (company, startup, …)."""
        return self.organisation_id if self.role in ("owner", "member") else None


ANONYMOUS = Actor()
SYSTEM = Actor(name="Tangent", is_system=True)

Check = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Permission:
    """``who`` names, for people, those the check grants; pages and documents read it."""

    name: str
    check: Check
    who: Any


_permissions: dict[str, Permission] = {}


def grants(*names: str, who: Any) -> Callable[[Check], Check]:
    """Declare the one rule behind each of ``names``."""

    def declare(check: Check) -> Check:
        for name in names:
            if name in _permissions and _permissions[name].check.__code__ is not check.__code__:
                raise LookupError(f"permission {name} is declared twice")
            _permissions[name] = Permission(name, check, who)
        return check

    return declare


def permission(name: str) -> Permission:
    """The declared permission. Raises LookupError for an unknown name."""
    if name not in _permissions:
        raise LookupError(f"no permission is declared under {name}")
    return _permissions[name]


def permissions() -> dict[str, Permission]:
    """All declared permissions by name."""
    return dict(_permissions)


def can(actor: Actor, name: str, subject: Any = None) -> bool:
    """Whether the rule grants this. Raises LookupError for an unknown name."""
    return bool(permission(name).check(actor, subject))


def require(actor: Actor, name: str, subject: Any = None) -> None:
    """Raise Forbidden, naming who may, unless granted; the unit of work then says what it is about."""
    if not can(actor, name, subject):
        raise Forbidden(_l("Only %(who)s may do this.", who=permission(name).who))
    if (work := unit_of_work.current_unit()) is not None:
        work.deed = name
