"""Who may open a desk."""

READERS = {
    "people": "show",
}
