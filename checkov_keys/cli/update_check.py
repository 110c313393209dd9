"""Checkov asks a package index for a newer version of itself when it is imported."""

from __future__ import annotations

import os

_SKIP = "CKV_SKIP_PACKAGE_UPDATE_CHECK"


def skip_update_check() -> None:
    """Keep the imports of Checkov that follow off the network, unless the environment says otherwise."""
    os.environ[_SKIP] = os.environ.get(_SKIP) or "TRUE"
