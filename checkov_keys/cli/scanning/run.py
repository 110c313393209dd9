"""`checkov-keys scan`: Checkov itself, with this pack's checks loaded and no others chosen."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from checkov_keys.cli.checkov_flags import Taker, add_checkov_flags
from checkov_keys.cli.parsers import plain_parser
from checkov_keys.cli.scanning.selection_flags import CHANGED_FILES, WHOLE_TREE, without_selection_flags
from checkov_keys.domain.exit_codes import NOTHING_FOUND
from checkov_keys.iac.host.gc_pause import kept_to_the_end

if TYPE_CHECKING:
    import argparse

_USAGE = "checkov-keys scan -d DIRECTORY | -f FILE... [any flag of checkov]"
_DESCRIPTION = """Scan Terraform, plans, CloudFormation, Crossplane, Ansible and Serverless for IAM users
with several active access keys. This is Checkov with only this pack's checks chosen:
every flag of checkov works and means what it means there, these and those that
checkov --help shows. No network is used unless a platform key is given."""
_EPILOG = """examples:
  checkov-keys scan -d .
  checkov-keys scan -d . -o sarif -o cli --output-file-path results
  checkov-keys scan -f tfplan.json -o junitxml
  checkov-keys scan --changed-files infra/main.tf infra/keys.tf

exit codes:
  0  nothing found
  1  findings
  2  something could not be judged: a template that does not parse, a key whose status
     cannot be resolved, a crash; what was judged is reported all the same"""


def run(arguments: list[str]) -> int:
    """Scan templates and return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        command_parser().print_help()
        return NOTHING_FOUND
    # Checkov asks a package index for a newer version of itself when it is imported.
    skip = "CKV_SKIP_PACKAGE_UPDATE_CHECK"
    os.environ[skip] = os.environ.get(skip) or "TRUE"
    # Checkov's parser takes its name, and the folders where it looks for .checkov.yaml, from here.
    arguments, selection = without_selection_flags(arguments)
    sys.argv = ["checkov-keys scan", *arguments]

    from checkov_keys.cli.scanning.flags import lean_options  # noqa: PLC0415  # it imports a little of Checkov

    options = lean_options(arguments) if arguments else None
    try:
        if options:
            from checkov_keys.cli.scanning.runners_only import run_lean  # noqa: PLC0415

            return run_lean(options, selection)
        with kept_to_the_end():
            from checkov_keys.cli.scanning.full_checkov import TemplateScan  # noqa: PLC0415  # imports all of Checkov

        return TemplateScan(arguments, selection).exit_code()
    finally:
        # Python is about to end, and would go through all graphs once more.
        gc.freeze()


def command_parser() -> argparse.ArgumentParser:
    """Return a parser of the flags that people need most, for help and completion.

    Checkov's own parser, which reads the command line, takes seconds to import.
    """
    parser = plain_parser("scan", _DESCRIPTION, _EPILOG, _USAGE)
    add = parser.add_argument
    add(WHOLE_TREE, action="store_true", help="scan all files, even those that name no access key")
    add(CHANGED_FILES, nargs="*", help="check only keys that these files can affect: whole root modules of Terraform")
    add_checkov_flags(parser, Taker.SCAN)
    return parser
