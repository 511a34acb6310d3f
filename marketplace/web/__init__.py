"""Flask, but not this business: every page of every package stands on this."""
