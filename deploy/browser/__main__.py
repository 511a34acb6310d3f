"""`python -m deploy.browser`: make sure that there is a browser to test with."""

import subprocess
import sys

from deploy.browser import executable, install, wanted

if wanted():
    print("• Installing a browser for the tests", file=sys.stderr, flush=True)
    try:
        install()
    except (subprocess.CalledProcessError, OSError) as problem:
        if executable() is None:
            raise SystemExit(f"No browser could be installed for the tests: {problem}.") from None
