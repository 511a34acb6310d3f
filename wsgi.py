"""The entry point of web servers, of workers and of the `flask` command."""

import gc

# What is imported stays. Looking through it for garbage takes a quarter of a start, and as long again at the end.
gc.disable()

from marketplace.app import create_app  # noqa: E402

app = create_app()
gc.freeze()
gc.enable()
