"""The worker as the supervisor starts it: it and its own children end together."""

import multiprocessing
import os
import signal
import threading
import time

from flask.cli import ScriptInfo

from deploy.processes import die_with_parent
from marketplace.commands.worker import group


def bind_children() -> None:
    """Let no child outlive this process: neither the scheduler nor a job under way."""
    os.register_at_fork(after_in_child=lambda: die_with_parent(signal.SIGKILL))


def watch_scheduler() -> None:
    """End this process when its scheduler was killed: half a worker would go unnoticed."""
    known: set[multiprocessing.process.BaseProcess] = set()
    while True:
        # `active_children()` forgets who has ended: one killed before it was ever asked would be missed.
        known.update(tuple(multiprocessing.process._children))  # type: ignore[attr-defined]
        if any(child.exitcode not in (None, 0) for child in known):
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.5)


def main() -> None:
    """Run `flask worker` until stopped; the other commands of `flask` need not be loaded for it."""
    bind_children()
    threading.Thread(target=watch_scheduler, daemon=True).start()
    group.main([], obj=ScriptInfo("wsgi"))


if __name__ == "__main__":
    main()
