"""Roles of the `World` that many rules name together."""

from __future__ import annotations

COMPANY = {"company_owner", "company_member"}
STARTUP = {"startup_owner", "startup_member"}
SIDES = COMPANY | STARTUP
STAFF = {"manager", "broker"}  # of the managing centre
NETWORKS = {"network_staff", "foreign_network_staff"}
