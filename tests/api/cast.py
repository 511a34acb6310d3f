"""What fills the addresses of the data."""

WORDS = {"parts": 1}
