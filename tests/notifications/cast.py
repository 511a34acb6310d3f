"""Addresses of mails and reactions, of which the estate has none."""

WORDS = {"mail": 999_999_999, "mails": 999_999_999, "reactions": 999_999_999}
READERS = {
    "": "mail mails",
    "networks": "operations",
    "people": "index preferences",
}
DOERS = {
    "": "retry_mail retry_reaction",
    "people": "choose mark_read",
}
