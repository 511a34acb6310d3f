"""Tangent: an open-innovation challenge marketplace for regional innovation centres."""
