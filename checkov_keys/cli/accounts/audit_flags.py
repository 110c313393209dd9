"""The flags of `checkov-keys audit`; those that Checkov has too mean the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.flags import (
    EXIT_CODE,
    JUDGING,
    OUTPUT,
    TEMPLATES,
    Groups,
    add_account_flags,
    add_directory_flag,
    add_state_flag,
    check_directories,
)
from checkov_keys.cli.checkov_flags import Taker, add_checkov_flags, list_names
from checkov_keys.cli.parsers import build_configured_parser
from checkov_keys.domain.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

_SHOWN = "how much is shown, and how it is called: no verdict and no exit code"
_SAID = "it can take findings away; the audit says how many, and by which file"
# What .checkov.yaml of the working directory may set, and why. Whatever is not here it may not: where credentials go,
# which facts are read, which files are written.
OPEN_KEYS = {
    "quiet": _SHOWN,
    "compact": _SHOWN,
    "show-passed": _SHOWN,
    "custom-tool-name": _SHOWN,
    "output": "formats; SARIF only if somebody said where it goes, since it always is a file",
    "output-baseline-as-skipped": _SHOWN,
    "check": _SAID,
    "skip-check": _SAID,
    "all-rules": "it adds rules",
    "soft-fail": _SAID,
    "soft-fail-on": _SAID,
    "hard-fail-on": "it makes findings count that would not",
    "baseline": _SAID,
    "exemptions": _SAID,
    "rotation-grace-days": _SAID,
    "account-workers": "speed",
    "user-workers": "speed",
}
# Where help shows Checkov's flags that are not about output.
_PLACES = {
    "--check": JUDGING,
    "--skip-check": JUDGING,
    "--baseline": JUDGING,
    "--create-baseline": JUDGING,
    "--output-baseline-as-skipped": JUDGING,
    "--soft-fail": EXIT_CODE,
    "--soft-fail-on": EXIT_CODE,
    "--hard-fail-on": EXIT_CODE,
}
_EPILOG = """examples:
  checkov-keys audit
  checkov-keys audit --profile prod -o cli -o sarif --output-file-path results
  checkov-keys audit --quiet --soft-fail-on MEDIUM
  checkov-keys audit --check CKV2_KEYS_1
  checkov-keys audit --all-rules --unused-days 30
  checkov-keys audit -d infra --map infra/prod=111111111111 -o sarif
  checkov-keys audit --organization --exclude-accounts 111111111111 -o csv --output-file-path keys.csv

It needs iam:ListUsers and iam:ListAccessKeys for all rules, iam:GetAccessKeyLastUsed
for CKV2_KEYS_2 and 7, iam:GetAccountSummary for 4, iam:ListEntitiesForPolicy for 6,
iam:GetLoginProfile for 8, and iam:ListUserTags for exemptions by tags.
iam:GetCredentialReport and iam:GenerateCredentialReport spare most calls for 2.

exit codes:
  0  nothing found
  1  findings
  2  could not judge everything; what was judged is still reported"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = (
        "Find unnecessary access keys in a live AWS account: a second active key, and unused, old, root and "
        "quarantined ones."
    )
    parser = build_configured_parser("audit", description, _EPILOG, open_keys=OPEN_KEYS)
    groups = Groups(parser)
    add_account_flags(groups)
    add_directory_flag(groups, "templates to compare the accounts with: findings at their lines, and drift")
    add_state_flag(groups)
    groups[TEMPLATES].add_argument(
        "--map",
        metavar="DIR=ACCOUNT",
        action="append",
        help="account that the templates below DIR are deployed to; repeatable",
    )
    groups[JUDGING].add_argument(
        "--all-rules", action="store_true", help="run also the rules that run only if they are named: CKV2_KEYS_7, 8"
    )
    places = {name: groups[_PLACES.get(name, OUTPUT)] for name in list_names(Taker.AUDIT)}
    add_checkov_flags(parser, Taker.AUDIT, places)
    groups[OUTPUT].add_argument(
        "--show-passed", action="store_true", help="list the users that pass in the text for people, which counts them"
    )
    groups[OUTPUT].add_argument(
        "--sarif-per-account",
        action="store_true",
        help="write SARIF as one file per account, each with a category of its own; needs -o sarif",
    )
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line and .checkov.yaml say; raise UsageError if flags contradict each other."""
    parser = build_parser()
    options: Namespace = parser.parse_args(arguments)
    if "output" in options.from_checkout and _is_sarif_unplaced(options):
        parser.say_ignored(options.from_checkout["output"], ["output sarif"])
        options.output = [name for name in options.output if name != "sarif"]
    check_directories(options)
    if options.shard and options.directory:
        raise UsageError(
            "-d compares templates with all accounts: leave out --shard, or merge the snapshots of all shards and "
            "judge them with --from-snapshot and -d"
        )
    if (options.state or options.map) and not options.directory:
        raise UsageError("--state and --map describe the templates of -d: add -d DIR")
    return options


def _is_sarif_unplaced(options: Namespace) -> bool:
    """Tell whether SARIF would be written to a file that nobody named."""
    if "sarif" not in options.output:
        return False
    path = options.output_file_path or ""
    return not path or "console" in path.split(",")
