"""`checkov-keys scan`: Checkov itself, with this pack's checks loaded and no others chosen."""

from __future__ import annotations

import gc
import os
import sys

from checkov_keys.domain.exit_codes import NOTHING_FOUND
from checkov_keys.iac.garbage_pause import kept_to_the_end

_HELP = """usage: checkov-keys scan -d DIRECTORY | -f FILE... [any flag of checkov]

Scan Terraform, plans, CloudFormation, Crossplane, Ansible and Serverless for IAM users with several active access keys.
This is Checkov with only this pack's checks chosen: every flag of checkov works and means what it means there,
--check and --skip-check choose among the rules of this pack. No network is used unless a platform key is given.

examples:
  checkov-keys scan -d .
  checkov-keys scan -d . -o sarif -o cli --output-file-path results
  checkov-keys scan -f tfplan.json -o junitxml

exit codes: 0 nothing found, 1 findings, 2 something could not be judged: a template that does not parse, a key
whose status cannot be resolved, a crash.

The flags of Checkov: checkov --help
"""


def run(arguments: list[str]) -> int:
    """Scan templates and return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_HELP, end="")
        return NOTHING_FOUND
    # Checkov asks a package index for a newer version of itself when it is imported.
    skip = "CKV_SKIP_PACKAGE_UPDATE_CHECK"
    os.environ[skip] = os.environ.get(skip) or "TRUE"
    # Checkov's parser takes its name, and the folders where it looks for .checkov.yaml, from here.
    sys.argv = ["checkov-keys scan", *arguments]

    from checkov_keys.cli.scan_flags import lean_options  # noqa: PLC0415  # it imports a little of Checkov

    options = lean_options(arguments)
    try:
        if options:
            from checkov_keys.cli.lean_scan import run_lean  # noqa: PLC0415

            return run_lean(options)
        with kept_to_the_end():
            from checkov_keys.cli.template_scan import TemplateScan  # noqa: PLC0415  # imports all of Checkov

        return TemplateScan(arguments).exit_code()
    finally:
        # Python is about to end, and would go through all graphs once more.
        gc.freeze()
