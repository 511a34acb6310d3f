"""No request and no business: what every package stands on. Grows only by decision."""
