"""Where the project's reader sees secrets of keys in plain sight, without Checkov's graph and without records."""

from __future__ import annotations

import os
from pathlib import Path

from checkov_keys.iac.terraform.scan_context import ScanContext
from checkov_keys.iac.terraform.secret_reader import find_root_exposures


def read_exposures(directory):
    """{(address, first word of the argument)} of the sinks of all configurations below a directory."""
    return {
        (exposure.address, secret.argument.partition(".")[0])
        for exposure in list_exposures(directory)
        for secret in exposure.secrets
    }


def list_exposures(directory, **context):
    """The exposures of all configurations below a directory; `context` are fields of a ScanContext."""
    root = str(Path(directory).resolve())
    folders = tuple(folder for folder, _, _ in os.walk(root))
    found = find_root_exposures(ScanContext(folders, root, **context))
    return [each.exposure for each in found if hasattr(each, "exposure")]
