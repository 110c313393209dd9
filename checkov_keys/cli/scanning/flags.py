"""The command line of `checkov-keys scan`: Checkov's flags, and two of our own that say what of a directory is scanned.

Checkov's own parser, which reads its flags, is slow to import: the parser here is for help and completion.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.cli.checkov_flags import Taker, add_checkov_flags
from checkov_keys.cli.parsers import build_plain_parser
from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

WHOLE_TREE, CHANGED_FILES = "--whole-tree", "--changed-files"
_USAGE = "checkov-keys scan -d DIRECTORY | -f FILE... [any flag of checkov]"
_DESCRIPTION = """Scan Terraform, plans, CloudFormation, Crossplane, Ansible and Serverless for IAM users
with several active access keys. This is Checkov with only this pack's checks chosen:
every flag of checkov works and means the same, those below and those that
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
     cannot be resolved, a crash; what was judged is still reported"""


class SelectionFlags(NamedTuple):
    """What of a directory is scanned: everything, or what can affect access keys, or what changed files can affect.

    `changed` are those files, None if the flag is not given.
    """

    whole_tree: bool = False
    changed: tuple[str, ...] | None = None


def build_parser() -> ArgumentParser:
    """Return a parser of the flags that people need most, for help and completion."""
    parser = build_plain_parser("scan", _DESCRIPTION, _EPILOG, _USAGE)
    add = parser.add_argument
    add(WHOLE_TREE, action="store_true", help="scan all files, even those that name no access key")
    add(CHANGED_FILES, nargs="*", help="check only keys that these files can affect: whole root modules of Terraform")
    add_checkov_flags(parser, Taker.SCAN)
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return `arguments`, the command line that is left for Checkov, and `selected`, what our own flags say.

    Raises UsageError if these contradict each other. Without arguments, a file of flags may say what to scan.
    """
    if arguments and arguments[0] in ("-h", "--help"):
        parser = build_parser()
        parser.print_help()
        parser.exit()
    rest, selected = _take_selection_flags(arguments)
    return Namespace(arguments=rest, selected=selected)


def _take_selection_flags(arguments: Sequence[str]) -> tuple[list[str], SelectionFlags]:
    """Return a command line without our own flags, and what they say.

    Files that were deleted may be among those that changed: what is left of their directory is judged.
    """
    rest: list[str] = []
    changed: list[str] | None = None
    taking = False
    for argument in arguments:
        if argument == CHANGED_FILES:
            taking, changed = True, changed or []
        elif taking and changed is not None and not argument.startswith("-"):
            changed.append(argument)
        else:
            taking = False
            rest.append(argument)
    whole_tree = WHOLE_TREE in rest
    rest = [argument for argument in rest if argument != WHOLE_TREE]
    if whole_tree and changed is not None:
        raise UsageError(f"{WHOLE_TREE} and {CHANGED_FILES} contradict each other")
    if changed is not None and not {"-d", "--directory"}.intersection(rest):
        rest = ["-d", str(Path()), *rest]
    return rest, SelectionFlags(whole_tree, None if changed is None else tuple(changed))
