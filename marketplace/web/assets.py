"""Static files under addresses that change with their content, so that browsers keep them for good."""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, url_for
from werkzeug.security import safe_join

blueprint = Blueprint("assets", __name__, url_prefix="/assets")

YEAR_SECONDS = 365 * 24 * 3600
TEXT = {".css", ".js", ".svg", ".txt", ".json"}
IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n?', re.MULTILINE)
# theme.js is linked alone: it must run before the first paint
BUNDLES = {"all.css": "css/all.css", "all.js": "js"}
ALONE = {"theme.js"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; ``stamp`` is the newest change among its sources."""

    body: bytes
    packed: bytes | None
    digest: str
    mimetype: str
    stamp: float


class Assets:
    """Every asset in memory, read at first use; with ``watch``, again when a source has changed."""

    def __init__(self, root: Path, watch: bool) -> None:
        self.root = root
        self.watch = watch
        self.kept: dict[str, Asset] = {}

    def find(self, name: str) -> Asset | None:
        """The asset called ``name``, a bundle or a path under the static folder; None if there is none."""
        kept = self.kept.get(name)
        if kept is not None and not self.watch:
            return kept
        sources = self.sources(name)
        if not sources:
            return None
        stamp = max(source.stat().st_mtime for source in sources)
        if kept is None or kept.stamp != stamp or len(sources) > 1:
            kept = self.kept[name] = self.read(name, sources, stamp)
        return kept

    def sources(self, name: str) -> list[Path]:
        """The files an asset is made of, in order."""
        if name == "all.css":
            order = self.root / BUNDLES[name]
            parts = IMPORT.findall(order.read_text("utf-8"))
            return [order, *(order.parent / part for part in parts)]
        if name == "all.js":
            return [file for file in sorted((self.root / BUNDLES[name]).glob("*.js")) if file.name not in ALONE]
        found = safe_join(str(self.root), name)
        return [Path(found)] if found and Path(found).is_file() else []

    def read(self, name: str, sources: list[Path], stamp: float) -> Asset:
        bodies = [source.read_bytes() for source in sources]
        if name == "all.css":  # keep the line that orders the layers, drop the imports
            bodies[0] = IMPORT.sub("", bodies[0].decode()).encode()
        body = b"\n".join(bodies)
        packed = gzip.compress(body, 9, mtime=0) if Path(name).suffix in TEXT else None
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Asset(body, packed, sha256(body).hexdigest()[:12], mimetype, stamp)


def assets() -> Assets:
    found = current_app.extensions["assets"]
    assert isinstance(found, Assets)
    return found


def asset(name: str) -> str:
    """The lasting address of ``all.css``, ``all.js`` or a file under ``static/``."""
    found = assets().find(name)
    stem, dot, suffix = name.rpartition(".")
    mark = found.digest if found else "missing"
    return url_for("assets.show", name=f"{stem}-{mark}{dot}{suffix}")


@blueprint.get("/<path:name>")
def show(name: str) -> Response:
    """Send an asset: for a year under its own digest, else to be asked for again."""
    match = re.fullmatch(r"(.+)-([0-9a-f]{12}|missing)(\.\w+)", name)
    found = assets().find(match[1] + match[3]) if match else None
    if match is None or found is None:
        abort(404)
    packed = found.packed if request.accept_encodings["gzip"] else None
    response = Response(packed or found.body, mimetype=found.mimetype)
    if packed:
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(found.digest + ("z" if packed else ""))
    if match[2] == found.digest:
        response.cache_control.public = True
        response.cache_control.max_age = YEAR_SECONDS
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def init_app(app: Flask, public: Callable[[Callable[..., Response]], Callable[..., Response]] | None = None) -> None:
    """Serve the assets of ``app``, with ``public`` marking the route as open to everybody."""
    root = Path(app.static_folder or "static")
    app.extensions["assets"] = Assets(root, watch=app.debug)
    app.register_blueprint(blueprint)
    if public is not None:
        app.view_functions["assets.show"] = public(show)
    app.jinja_env.globals["asset"] = asset
