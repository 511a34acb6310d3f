"""One box over challenges, calls, organisations and centres, and what it suggests while somebody types."""
