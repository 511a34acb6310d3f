"""The worker as the supervisor starts it: it and all its children end together."""

import os
import signal

from flask.cli import ScriptInfo

from deploy.processes import die_with_parent
from marketplace.commands.worker import group


def main() -> None:
    """Run `flask worker` until stopped; the other commands of `flask` need not be loaded for it."""
    os.register_at_fork(after_in_child=lambda: die_with_parent(signal.SIGKILL))
    group.main([], obj=ScriptInfo("wsgi"))


if __name__ == "__main__":
    main()
