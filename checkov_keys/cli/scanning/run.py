"""`checkov-keys scan`: Checkov itself, with this pack's checks loaded and no others chosen."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import plain_parser
from checkov_keys.cli.scanning.selection_flags import CHANGED_FILES, WHOLE_TREE, without_selection_flags
from checkov_keys.domain.exit_codes import NOTHING_FOUND
from checkov_keys.iac.common.frameworks import FRAMEWORKS
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
    formats = ("cli", "json", "junitxml", "sarif", "github_failed_only", "gitlab_sast")
    add = parser.add_argument
    add("-d", "--directory", action="append", help="directory of templates; repeatable")
    add("-f", "--file", action="append", nargs="+", help="file to scan, such as a plan")
    add(WHOLE_TREE, action="store_true", help="scan all files, also those that name no access key")
    add(CHANGED_FILES, nargs="*", help="judge only what these files have a part in, whole root modules of Terraform")
    add(
        "--framework",
        action="append",
        choices=FRAMEWORKS,
        metavar="FRAMEWORK",
        help="languages to scan, with commas; default: all that have checks",
    )
    add("--skip-path", action="append", help="regular expression of paths to skip; repeatable")
    add("--var-file", action="append", help="Terraform variables besides the usual files; repeatable")
    add("--download-external-modules", help="true downloads Terraform modules, which uses the network")
    add(
        "--repo-root-for-plan-enrichment",
        action="append",
        help="directory of the configuration that a plan was made of",
    )
    add("-o", "--output", action="append", choices=formats, help="format; repeatable; default: cli")
    add("--output-file-path", help="folder for reports, or a comma-separated list of files, console among them")
    add("--compact", action="store_true", help="do not show the code of findings")
    add("--quiet", action="store_true", help="show failed checks only")
    add("-c", "--check", action="append", help="rules to run: ids, wildcards, a severity")
    add("--skip-check", action="append", help="rules to leave out: ids, wildcards, a severity")
    add("-s", "--soft-fail", action="store_true", help="exit with 0 where findings would make it 1")
    add("--soft-fail-on", action="append", help="ids or a severity that exit with 0")
    add("--hard-fail-on", action="append", help="ids or a severity that exit with 1")
    add("--baseline", help="report only what this .checkov.baseline file does not know")
    add("--create-baseline", action="store_true", help="write all findings to .checkov.baseline")
    add("--config-file", help="YAML file with these flags as keys; default: .checkov.yaml")
    return parser
