"""Centres from files, as staff and the command line bring them."""

from __future__ import annotations

from marketplace.imports import kinds
from marketplace.network.centre_rows import CENTRES

kinds.register(CENTRES)
