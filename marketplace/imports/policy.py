"""A centre's staff import for their centre, into what they may fill; the operator alone for no centre."""

from __future__ import annotations

from typing import Any

from marketplace.kernel import policy
from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants

CENTRE_STAFF = _l("the staff of a centre, and the operator on the command line")
OWN_STAFF = _l("the staff of the centre that imports, while the call is theirs; for draft calls, its managers")
WORKER = _l("the worker")


@grants("import.list", who=_l("the staff of a centre or of a network"))
def _list(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None or actor.network_operator_id is not None


@grants("import.create", who=CENTRE_STAFF)
def _create(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None or actor.is_system


@grants("import.check", "import.start", "import.stop", "import.undo", "import.discard", who=OWN_STAFF)
def _work(actor: Actor, job: Any) -> bool:
    if job.centre_id is None:
        return actor.is_system
    if actor.centre_id is None or actor.centre_id != job.centre_id:
        return False
    target = job.becomes.target
    return target is None or policy.can(actor, target.permission, job.target)


@grants("import.read", "import.give_up", "import.report", "import.finish", who=WORKER)
def _worker(actor: Actor, _: Any) -> bool:
    return actor.is_system
