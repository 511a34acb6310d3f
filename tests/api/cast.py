"""What fills the addresses of the data."""

WORDS = {"parts": 1}
READERS = {
    "everybody": """
        calendar calls centres challenge challenges document embed feed organisations part robots show sitemap
    """,
}
