"""The flags of `checkov-keys remediate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.accounts.flags import (
    JUDGING,
    OUTPUT,
    TEMPLATES,
    Groups,
    add_account_flags,
    add_directory_flag,
    add_state_flag,
    check_directories,
)
from checkov_keys.cli.parsers import build_configured_parser
from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.rules.family import LIVE_RULES
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY
from checkov_keys.domain.rules.unused_keys import UNUSED_KEYS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from checkov_keys.cli.parsers import ConfiguredParser

# The rules whose findings are fixed by turning off a key that nobody misses.
TURNING_OFF = (ONE_ACTIVE_KEY.text.id, UNUSED_KEYS.text.id)
OFF_SCRIPT, ON_SCRIPT = "turn_off_keys.sh", "turn_on_keys.sh"
_EPILOG = """examples:
  checkov-keys remediate
  checkov-keys remediate --organization -o sh --output-file-path plan
  checkov-keys remediate --from-snapshot evidence -o json
  checkov-keys remediate --user ci-deployer --key AKIAIOSFODNN7EXAMPLE
  checkov-keys remediate --rule CKV2_KEYS_2
  checkov-keys remediate --apply --journal journal.jsonl
  checkov-keys remediate --state terraform.tfstate --stacks --stack-regions eu-west-1,us-east-1 -d infra

It changes nothing without --apply, and never deletes a key.

exit codes:
  0  nothing to do, or all done
  1  there are users to decide about
  2  could not judge or turn off everything"""


def build_parser() -> ConfiguredParser:
    """Return the command line's parser."""
    description = (
        "Say what to do about each IAM user that violates a rule, and why: which access key to turn off, or what to do "
        "by hand. With --apply, turn it off."
    )
    parser = build_configured_parser(
        "remediate",
        description,
        _EPILOG,
        typed=("apply", "yes", "user", "key", "even-managed"),
        open_keys={"exemptions": "who is exempted is left alone: no key more is turned off"},
    )
    groups = Groups(parser)
    add_account_flags(groups)
    _add_decision_flags(groups)
    add_state_flag(groups)
    add_directory_flag(groups, "templates in which to find the managed keys")
    add = groups[TEMPLATES].add_argument
    add("--stacks", action="store_true", help="ask CloudFormation which stacks manage keys")
    add(
        "--stack-regions",
        metavar="REGIONS",
        help="regions to ask with --stacks, separated by commas; default: the session's",
    )
    add("--even-managed", action="store_true", help="also turn off keys that a template manages")
    add = groups[OUTPUT].add_argument
    # Without a long name: `output` in .checkov.yaml names the formats of scans and audits.
    add("-o", dest="output", choices=("cli", "json", "sh"), default="cli", help="format; default: %(default)s")
    add("--output-file-path", help=f"folder for {OFF_SCRIPT} and {ON_SCRIPT}, which undoes it")
    return parser


def _add_decision_flags(groups: Groups) -> None:
    add = groups[JUDGING].add_argument
    add(
        "--rule",
        choices=[rule.text.id for rule in LIVE_RULES],
        metavar="RULE",
        default=ONE_ACTIVE_KEY.text.id,
        help="rule whose findings to plan for (see checkov-keys list); default: %(default)s",
    )
    add("--user", help="decide by hand for this user; needs --key")
    add("--key", help="id of the active key of --user to turn off")
    add = groups["Changing"].add_argument
    add("--apply", action="store_true", help="turn the planned keys off, after asking for their number")
    add("--yes", action="store_true", help="do not ask for the number of keys; needs --apply")
    add("--journal", metavar="FILE", help="journal for rollback; default: a new file, named after the time")


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line and .checkov.yaml say; raise UsageError if flags contradict each other."""
    options: Namespace = build_parser().parse_args(arguments)
    options.typed = tuple(arguments)
    if bool(options.user) != bool(options.key):
        raise UsageError("--user and --key go together: name the user, and the id of its key to turn off")
    if options.output_file_path and "," in options.output_file_path:
        scripts = f"{OFF_SCRIPT} and {ON_SCRIPT}"
        raise UsageError(f"--output-file-path {options.output_file_path}: name one folder, for {scripts}")
    if options.apply and options.output == "sh":
        raise UsageError("-o sh writes scripts to run later: leave out --apply")
    if not options.apply and (options.yes or options.journal):
        raise UsageError("--yes and --journal require --apply")
    if options.apply and options.rule not in TURNING_OFF:
        raise UsageError(
            f"--apply turns keys off, which is never done for {options.rule}: leave it out, and see what to do by hand"
        )
    if options.stack_regions and not options.stacks:
        raise UsageError("--stack-regions requires --stacks")
    if options.directory and not (options.state or options.stacks):
        raise UsageError("-d says where managed keys are declared: it needs --state or --stacks")
    check_directories(options)
    return options
