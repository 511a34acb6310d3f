"""The web server of `make run`: reloads itself when the code changes."""

import signal

from werkzeug.serving import run_simple

from config import Settings
from deploy.processes import die_with_parent


def main() -> None:
    """Serve until killed. The reloader starts this again in a child of its own."""
    die_with_parent(signal.SIGKILL)
    from marketplace.app import create_app

    settings = Settings.load()
    app = create_app()
    app.debug = True
    run_simple(
        "127.0.0.1",
        settings.port,
        app,
        use_reloader=True,
        use_debugger=True,
        threaded=True,
    )


if __name__ == "__main__":
    main()
