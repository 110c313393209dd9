# PYTHON_ARGCOMPLETE_OK
"""`python -m checkov_keys` is `checkov-keys`."""

import sys

from checkov_keys.cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
