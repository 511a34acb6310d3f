"""Puts the product together: the only module that knows every package."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Settings
from marketplace import commands, jobs, subscriptions
from marketplace.kernel import idempotency, public_version, subjects, words, workflow
from marketplace.kernel.db import after_commit, db, keep_plans
from marketplace.notifications import delivery
from marketplace.people import demo, sessions
from marketplace.web import (
    actor,
    assets,
    bounds,
    errors,
    filters,
    headers,
    health,
    htmx,
    language,
    limits,
    logs,
    lookups,
    microcache,
    panels,
    rail,
    state_tests,
)
from marketplace.web.actor import public
from marketplace.web.transactions import Application

PACKAGES = (
    "imports", "places", "people", "network", "calls", "challenges", "catalogue", "applications", "evaluations",
    "questions", "pairings", "collaborations", "notifications", "following", "search", "desk", "front", "api",
)  # fmt: skip
ROOMS = ("states", "models", "policy", "guards", "subject", "waiting", "reminders", "import_rows", "views")


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The product, ready to serve; ``overrides`` replace entries of ``app.config``."""
    settings = settings or Settings.load()
    settings.require()
    app = Application(
        "marketplace",
        root_path=str(ROOT / "marketplace"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.static_folder = str(ROOT / "static")  # set late, so that Flask adds no route of its own beside the assets
    app.config.from_mapping(settings.flask())
    app.config.from_mapping(overrides)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logs.set_up(settings.log_level)
    db.init_app(app)
    with app.app_context():
        keep_plans(db.engine)
    app.extensions["migrate"] = LocalProxy(lambda: _migrations(app))
    _open_web(app)
    _open_packages(app)
    subscriptions.register()
    after_commit(jobs.nudge)
    health.expect({jobs.QUICK, jobs.FILES}, {"mail": delivery.longest_wait})
    workflow.check_declarations()
    state_tests.init_app(app)
    subjects.check_declarations()
    words.check_declarations()
    # tables that belong to no package
    assert idempotency.OnceKey.metadata is public_version.CatalogueChange.metadata is db.metadata
    microcache.init_app(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _migrations(app: Flask) -> Any:
    """What tells Flask-Migrate of the database; few processes migrate, and loading it takes a tenth of a second."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)
    return app.extensions["migrate"]


def _open_web(app: Flask) -> None:
    app.url_map.converters["int"] = lookups.Id
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a token lives as long as its session
    bounds.init_app(app)
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.user_loader(sessions.load_session)
    manager.session_protection = None  # the server's own session row is the protection
    for part in (logs, actor, language, headers, htmx, limits, errors, filters, panels, rail):
        part.init_app(app)
    demo.init_app(app)
    assets.init_app(app, public)
    app.register_blueprint(health.blueprint)
    app.context_processor(lambda: {"site_name": app.config["SITE_NAME"]})
    if app.config["ENVIRONMENT"] == "development" and (ROOT / "marketplace/web/kit.py").exists():
        kit = import_module("marketplace.web.kit")
        app.register_blueprint(kit.blueprint)


def _open_packages(app: Flask) -> None:
    """Import each package's rooms in order; ``views`` offers ``blueprint``, ``*_views`` and ``*_waiting`` add to it."""
    for package in PACKAGES:
        folder = Path(import_module(f"marketplace.{package}").__path__[0])
        further = sorted(path.stem for room in ("waiting", "views") for path in folder.glob(f"*_{room}.py"))
        modules = {
            room: import_module(f"marketplace.{package}.{room}")
            for room in (*ROOMS, *further)
            if (folder / f"{room}.py").exists()
        }
        if "views" in modules:
            app.register_blueprint(modules["views"].blueprint)
    for view in app.view_functions.values():
        if getattr(view, "is_self_proving", False):
            app.extensions["csrf"].exempt(view)
    commands.register(app)
