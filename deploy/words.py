"""What the supervisor says to a person."""

import signal
from pathlib import Path

from deploy.processes import last_lines

WELCOME = """
Tangent is ready: http://127.0.0.1:{port}

Sign in as      network@demo.example     the network's staff
                staff@demo.example       a centre's staff
                company@demo.example     a company with challenges
                startup@demo.example     a startup
                evaluator@demo.example   an evaluator
Password        demo-passphrase

Ctrl-C stops everything; the data stays in {folder}.
"""

DATABASE = "The database"
STORE = "The queue's store"
WEB = "The web server"
WORKER = "The worker"
LOGS = {DATABASE: "postgres.log", STORE: "valkey.log", WEB: "web.log", WORKER: "worker.log"}


def say(text: str) -> None:
    """Show progress."""
    print(f"• {text}", flush=True)


def welcome(port: int, folder: Path) -> None:
    """Say where to go, and as whom."""
    print(WELCOME.format(port=port, folder=folder), flush=True)


def ended(name: str, status: int, logs: Path) -> str:
    """The sentence for a child that ended by itself, with the end of its log."""
    how = signal.Signals(-status).name if status < 0 else f"status {status}"
    log = logs / LOGS[name]
    said = last_lines(log)
    end = f" The end of {log}:\n{said}" if said else ""
    return f"{name} ended unexpectedly ({how}), so everything was stopped.{end}"
