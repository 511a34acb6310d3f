"""Who may open the pages that say what this is."""

READERS = {
    "everybody": "about contact contact_sent help home",
}
DOERS = {
    "everybody": "write",
}
