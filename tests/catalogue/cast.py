"""Who may open the catalogue."""

READERS = {
    "everybody": "compare index news",
}
