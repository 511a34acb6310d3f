"""The public side: what this place is, how it works, and how to reach the people who run it."""
