"""Who may search."""

READERS = {
    "everybody": "show suggestions",
}
