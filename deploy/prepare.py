"""Brings the database up to date and loads the demo programme: one process, one start-up."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Both steps may be repeated; the second changes nothing that is there."""
    import flask_migrate

    from wsgi import app

    with app.app_context():
        flask_migrate.upgrade()
        app.cli.main(["demo", "load"], prog_name="flask", standalone_mode=False)


def fingerprint() -> str:
    """What a prepared database depends on: the code, the migrations and the story of this tree."""
    digest = hashlib.sha256()
    for folder in ("marketplace", "migrations"):
        for path in sorted(path for kind in ("*.py", "*.toml") for path in (ROOT / folder).rglob(kind)):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
