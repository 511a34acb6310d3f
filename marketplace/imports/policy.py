"""A centre's staff import for their centre; into a call or programme only where it is theirs to fill."""

from __future__ import annotations

from typing import Any

from marketplace.kernel.locales import _l
from marketplace.kernel.policy import Actor, grants
from marketplace.network.policy import is_managing_manager, is_managing_staff

CENTRE_STAFF = _l("the staff of a centre")
OWN_STAFF = _l("the staff of the centre that imports, while the call is theirs; for draft calls, its managers")
WORKER = _l("the worker")


@grants("import.list", who=_l("the staff of a centre or of a network"))
def _list(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None or actor.network_operator_id is not None


@grants("import.create", who=CENTRE_STAFF)
def _create(actor: Actor, _: Any) -> bool:
    return actor.centre_id is not None


@grants("import.fill_call", who=_l("the staff of the managing centre"))
def _fill_call(actor: Actor, call: Any) -> bool:
    return is_managing_staff(actor, call)


@grants("import.check", "import.start", "import.stop", "import.undo", "import.discard", who=OWN_STAFF)
def _work(actor: Actor, job: Any) -> bool:
    if actor.centre_id is None or actor.centre_id != job.centre_id:
        return False
    if job.call is not None:
        return is_managing_staff(actor, job.call)
    return job.programme is None or is_managing_manager(actor, job.programme)


@grants("import.read", "import.give_up", "import.report", "import.finish", who=WORKER)
def _worker(actor: Actor, _: Any) -> bool:
    return actor.is_system
