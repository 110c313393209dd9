"""The flags that Checkov has and `checkov-keys` takes too, each written once, with Checkov's name and meaning.

Whatever takes them is built from this table: the help and completion of `scan`, the parser that decides whether
Checkov's runners alone can do a scan, the parser of `audit`, and --config-file of all commands that read .checkov.yaml.
A test holds the table against Checkov's own parser.
https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html
"""

from __future__ import annotations

from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.iac.common.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping


class Taker(Flag):
    """Who takes a flag."""

    # The help and completion of `scan`; Checkov's own parser reads its command line, and takes many more.
    SCAN = auto()
    # A scan by Checkov's runners alone.
    RUNNERS_ONLY = auto()
    AUDIT = auto()
    # Every command but `scan` that reads .checkov.yaml.
    CONFIGURED = auto()

    ANY_SCAN = SCAN | RUNNERS_ONLY
    ANY_REPORT = SCAN | RUNNERS_ONLY | AUDIT


class Kind(Enum):
    """What follows a flag, and how often it may be given."""

    SWITCH = "nothing"
    TEXT = "one value"
    LIST = "one value, repeatable"
    LISTS = "one value or more, repeatable"
    CONFIG_FILE = "a file of flags"


class CheckovFlag(NamedTuple):
    """A flag of Checkov's.

    `takers` are those that take it. `help` is shown by all of them but audit, if there is an `audit_help`. `default` is
    Checkov's own, which only a scan by its runners alone needs, and so is `variable`, the environment variable that may
    hold the value instead. `choices` are the values that a taker knows, each with those that know it; none of them
    means any value. `metavar` is what help shows for the value.
    """

    names: tuple[str, ...]
    takers: Taker
    kind: Kind = Kind.TEXT
    help: str = ""
    audit_help: str = ""
    default: str | None = None
    variable: str | None = None
    choices: tuple[tuple[str, Taker], ...] = ()
    metavar: str | None = None


# What Checkov calls itself if --custom-tool-name says nothing else.
CHECKOVS_TOOL = "Checkov"
_FORMATS = (
    ("cli", Taker.ANY_REPORT),
    ("json", Taker.ANY_REPORT),
    ("junitxml", Taker.ANY_REPORT),
    ("sarif", Taker.ANY_REPORT),
    ("github_failed_only", Taker.ANY_REPORT),
    ("gitlab_sast", Taker.ANY_REPORT),
    ("csv", Taker.AUDIT),
)

CHECKOV_FLAGS: tuple[CheckovFlag, ...] = (
    CheckovFlag(("-d", "--directory"), Taker.ANY_SCAN, Kind.LIST, "directory of templates; repeatable"),
    CheckovFlag(("-f", "--file"), Taker.ANY_SCAN, Kind.LISTS, "file to scan, such as a plan; repeatable"),
    CheckovFlag(
        ("--framework",),
        Taker.ANY_SCAN,
        Kind.LISTS,
        "language to scan, or several with commas; repeatable; default: all that have checks",
        variable="CKV_FRAMEWORK",
        choices=tuple((name, Taker.SCAN) for name in FRAMEWORKS),
        metavar="FRAMEWORK",
    ),
    CheckovFlag(("--skip-framework",), Taker.RUNNERS_ONLY, Kind.LISTS),
    CheckovFlag(("--skip-path",), Taker.ANY_SCAN, Kind.LIST, "regular expression of paths to skip; repeatable"),
    CheckovFlag(
        ("--var-file",),
        Taker.ANY_SCAN,
        Kind.LIST,
        "file of Terraform variables, besides the usual ones; repeatable",
        variable="CKV_VAR_FILE",
    ),
    CheckovFlag(
        ("--download-external-modules",),
        Taker.SCAN,
        help="true downloads Terraform modules, which uses the network",
    ),
    CheckovFlag(
        ("--repo-root-for-plan-enrichment",),
        Taker.SCAN,
        Kind.LIST,
        "directory of the configuration that a plan was made from",
    ),
    CheckovFlag(
        ("-o", "--output"),
        Taker.ANY_REPORT,
        Kind.LIST,
        "format; repeatable; default: cli",
        choices=_FORMATS,
    ),
    CheckovFlag(
        ("--output-file-path",),
        Taker.ANY_REPORT,
        help="folder for the reports, or a comma-separated list of files, one per format: console,out.xml",
        audit_help=(
            "folder for the reports; or a file, if there is one format and the name ends as its files do: keys.csv; "
            "or a comma-separated list of files, one per format: console,out.xml"
        ),
    ),
    CheckovFlag(
        ("--compact",),
        Taker.ANY_REPORT,
        Kind.SWITCH,
        "do not show the code of findings",
        audit_help="do not show the keys below each finding",
    ),
    CheckovFlag(
        ("--quiet",), Taker.ANY_REPORT, Kind.SWITCH, "show failed checks only", audit_help="show failed users only"
    ),
    CheckovFlag(
        ("-c", "--check"),
        Taker.ANY_REPORT,
        Kind.LIST,
        "rules to run: ids, wildcards, a severity",
        variable="CKV_CHECK",
    ),
    CheckovFlag(
        ("--skip-check",),
        Taker.ANY_REPORT,
        Kind.LIST,
        "rules to leave out: ids, wildcards, a severity",
        variable="CKV_SKIP_CHECK",
    ),
    CheckovFlag(("-s", "--soft-fail"), Taker.ANY_REPORT, Kind.SWITCH, "exit with 0 instead of 1 if there are findings"),
    CheckovFlag(("--soft-fail-on",), Taker.ANY_REPORT, Kind.LIST, "ids or a severity whose findings exit with 0"),
    CheckovFlag(("--hard-fail-on",), Taker.ANY_REPORT, Kind.LIST, "ids or a severity whose findings exit with 1"),
    CheckovFlag(
        ("--baseline",), Taker.ANY_REPORT, help="report only findings that are not in this .checkov.baseline file"
    ),
    CheckovFlag(
        ("--create-baseline",), Taker.ANY_REPORT, Kind.SWITCH, "write all findings to the file .checkov.baseline"
    ),
    CheckovFlag(
        ("--output-baseline-as-skipped",),
        Taker.RUNNERS_ONLY | Taker.AUDIT,
        Kind.SWITCH,
        "show findings that are in the baseline as skipped",
    ),
    CheckovFlag(
        ("--custom-tool-name",),
        Taker.RUNNERS_ONLY | Taker.AUDIT,
        help="tool name in SARIF; default: checkov-keys",
        default=CHECKOVS_TOOL,
    ),
    CheckovFlag(
        ("--config-file",),
        Taker.ANY_SCAN | Taker.CONFIGURED,
        Kind.CONFIG_FILE,
        "YAML file with these flags as keys; default: .checkov.yaml",
    ),
    # These say something about Checkov's platform, and mean nothing without a key to it.
    CheckovFlag(("--skip-download",), Taker.RUNNERS_ONLY, Kind.SWITCH),
    CheckovFlag(("--skip-results-upload",), Taker.RUNNERS_ONLY, Kind.SWITCH),
    CheckovFlag(("-b", "--branch"), Taker.RUNNERS_ONLY, default="master"),
    CheckovFlag(("--repo-id",), Taker.RUNNERS_ONLY),
)


def add_checkov_flags(parser: ArgumentParser, taker: Taker, groups: Mapping[str, Any] | None = None) -> None:
    """Add the flags of a taker to its parser, in the order of the table.

    The parser is configargparse's for RUNNERS_ONLY. `groups` are those of argparse's groups that flags are in, by the
    last of a flag's names.
    """
    for flag in CHECKOV_FLAGS:
        if taker in flag.takers:
            place = (groups or {}).get(flag.names[-1], parser)
            place.add_argument(*flag.names, **_make_keywords(flag, taker))


def list_names(taker: Taker) -> tuple[str, ...]:
    """Return the last name of each flag of a taker."""
    return tuple(flag.names[-1] for flag in CHECKOV_FLAGS if taker in flag.takers)


_KEYWORDS: dict[Kind, dict[str, Any]] = {
    Kind.SWITCH: {"action": "store_true"},
    Kind.TEXT: {},
    Kind.LIST: {"action": "append"},
    Kind.LISTS: {"action": "append", "nargs": "+"},
    Kind.CONFIG_FILE: {"is_config_file": True},
}


def _make_keywords(flag: CheckovFlag, taker: Taker) -> dict[str, Any]:
    """Return what argparse needs to know of a flag besides its names."""
    keywords = dict(_KEYWORDS[flag.kind])
    keywords["help"] = (flag.audit_help if taker is Taker.AUDIT else "") or flag.help
    if taker is not Taker.RUNNERS_ONLY:
        # Only configargparse, as Checkov's own parser is one, reads files by itself.
        keywords.pop("is_config_file", None)
    choices = [value for value, takers in flag.choices if taker in takers]
    if choices:
        keywords["choices"] = choices
        keywords["metavar"] = flag.metavar
    if taker is Taker.RUNNERS_ONLY and flag.kind is not Kind.SWITCH:
        keywords["default"] = flag.default
        keywords["env_var"] = flag.variable
    return keywords
