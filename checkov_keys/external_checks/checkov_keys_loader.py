"""Checkov executes this file once per runner, and so gets the checks of this pack."""

import sys
from pathlib import Path

# The directory of a clone may be given without an installation: then only this file's folder is importable.
_ROOT = str(Path(__file__).resolve().parents[2])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

from checkov_keys.iac.host.loading_log import pass_over_own_files  # noqa: E402
from checkov_keys.iac.host.registration import register  # noqa: E402

pass_over_own_files()
register()
