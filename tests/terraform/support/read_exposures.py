"""Where the project's reader sees secrets of keys in plain sight, without Checkov's graph and without records."""

from __future__ import annotations

import os
from pathlib import Path

from checkov_keys.iac.terraform.scan_context import ScanContext
from checkov_keys.iac.terraform.secret_reader import follow_roots


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
    return [each.exposure for each in find_all(ScanContext(folders, root, **context)) if hasattr(each, "exposure")]


def find_all(context):
    """The FoundExposures and the Unjudged of all root modules of a ScanContext."""
    return [each for root in follow_roots(context) for each in root.found]
