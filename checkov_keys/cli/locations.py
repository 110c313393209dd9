"""The directories of the installation that commands name."""

from __future__ import annotations

from pathlib import Path

import checkov_keys

_PACKAGE = Path(checkov_keys.__file__).resolve().parent
# It holds nothing but the loader, for `checkov --external-checks-dir`.
CHECKS_DIR = _PACKAGE / "external_checks"
# It is there only in a clone.
EXAMPLES = _PACKAGE.parent / "examples"
