"""The flags of `checkov-keys merge`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checkov_keys.cli.parsers import build_plain_parser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

_EPILOG = """examples:
  checkov-keys merge shards/*.json -o merged.json
  checkov-keys merge aws.json aws-us-gov.json -o merged.json

Results of checkov-keys audit -o json make one such result; snapshots of
--save-snapshot make one snapshot. A shard of which no file is given is not
judged: the merged file names it, and so does whatever judges that later.

exit codes:
  0  nothing found; of snapshots, which are judged later: all shards are there
  1  findings
  2  a shard is missing, or something could not be judged or read, and is named
     in the merged file; or a file could not be merged, and nothing is written"""


def build_parser() -> ArgumentParser:
    """Return the command line's parser."""
    description = "Merge JSON results of checkov-keys audit, or snapshots: shards of one whole, or separate audits."
    parser = build_plain_parser("merge", description, _EPILOG)
    parser.add_argument("files", metavar="FILE", nargs="+", help="results, or snapshots, not both; - is standard input")
    parser.add_argument("-o", "--output-file-path", metavar="FILE", help="the merged file; default: standard output")
    add = parser.add_argument_group("Exit code").add_argument
    add("-s", "--soft-fail", action="store_true", help="exit with 0 instead of 1 if there are findings")
    add("--soft-fail-on", action="append", help="ids or a severity whose findings exit with 0")
    add("--hard-fail-on", action="append", help="ids or a severity whose findings exit with 1")
    return parser


def read_options(arguments: Sequence[str]) -> Namespace:
    """Return what the command line says."""
    return build_parser().parse_args(arguments)
