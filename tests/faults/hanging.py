"""``python -m tests.faults.hanging``: workers with a reaction that never ends and hears no signal.

HANGS names the lane it is in.
"""

import ctypes
import os

from flask.cli import ScriptInfo

from marketplace import jobs, watchdog
from marketplace.commands.worker import group
from marketplace.kernel import events
from marketplace.kernel.events import Event

NAME = "faults.hanging.hang"


def hang(event: Event, cursor: int | None) -> int | None:
    """Wait in C for a lock that this thread holds itself: Python is never asked again."""
    lock = ctypes.create_string_buffer(64)
    libc = ctypes.PyDLL(None)
    libc.pthread_mutex_lock(lock)
    libc.pthread_mutex_lock(lock)
    return None


if __name__ == "__main__":
    jobs.REACTION_SECONDS, watchdog.GRACE_SECONDS = 6, 4  # plenty for all others
    events._reactions[NAME] = hang
    if os.environ["HANGS"] == events.LONG:
        events.keep_apart(hang)
    group.main([], obj=ScriptInfo("wsgi"))
