"""Hold where the project sees secrets of keys in plain sight against where they are after a real `terraform apply`.

    python tools/check_secrets.py --count 500 --seed 1 [--jobs 2] [--keep FOLDER]

Random configurations hand the secrets of access keys around; Terraform applies them with the stand-in providers, which
give each key a secret of its own, and the state is searched for those. Prints each difference, how many configurations
agree, and the types of resources that are in no table. Exit code: 0 if 99 % agree and nothing is missed, 1 otherwise, 2
if Terraform cannot be asked.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse

SUPPORT = Path(__file__).resolve().parents[1] / "tests" / "terraform" / "support"
sys.path.insert(0, str(SUPPORT))

from applied_state import RefusedError, Terraform, find_obstacle  # noqa: E402  # found through the line above
from configuration_chunks import Task, build_parser, iterate_outcomes  # noqa: E402
from exposed_state import find_holders  # noqa: E402
from read_exposures import read_exposures  # noqa: E402
from secret_configurations import make_files, write_files  # noqa: E402

BAR = 0.99


class Outcome(NamedTuple):
    """What came of one configuration; `missed` and `added` are (address, argument), `unlisted` types of resources."""

    number: int
    refused: str = ""
    missed: tuple[tuple[str, str], ...] = ()
    added: tuple[tuple[str, str], ...] = ()
    sinks: int = 0
    safe: int = 0
    unlisted: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return not (self.refused or self.missed or self.added)


def main() -> int:
    """Run; returns the exit code."""
    options = build_parser((__doc__ or "").split("\n")[0]).parse_args()
    obstacle = find_obstacle()
    if obstacle:
        print(f"Terraform cannot be asked: {obstacle}", file=sys.stderr)
        return 2
    outcomes: list[Outcome] = []
    for outcome in iterate_outcomes(_check_chunk, options):
        _print_differences(outcome)
        outcomes.append(outcome)
    return _print_summary(outcomes)


def _check_chunk(task: Task) -> list[Outcome]:
    options, numbers = task
    with Terraform() as terraform:
        return [_check(terraform, options, number) for number in numbers]


def _check(terraform: Terraform, options: argparse.Namespace, number: int) -> Outcome:
    files = make_files(random.Random(f"{options.seed}/{number}"))  # noqa: S311  # no secret
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "root"
        write_files(files, folder)
        try:
            state = terraform.apply(folder, state=True).state
        except RefusedError as error:
            return Outcome(number, refused=str(error))
        read = read_exposures(folder)
    holders = find_holders(state)
    true = {(each.address, each.argument) for each in holders if each.kind == "sink"}
    unlisted = tuple(sorted({each.type for each in holders if each.kind == "neither"}))
    safe = sum(each.kind == "safe" for each in holders)
    missed, added = tuple(sorted(true - read)), tuple(sorted(read - true))
    outcome = Outcome(number, "", missed, added, len(true), safe, unlisted)
    if options.keep and not outcome.agrees:
        write_files(files, options.keep / str(number))
    return outcome


def _print_differences(outcome: Outcome) -> None:
    for word, places in (("MISSED", outcome.missed), ("not there", outcome.added)):
        for address, argument in places:
            print(f"{outcome.number} {word}: {address} {argument}", flush=True)


def _print_summary(outcomes: list[Outcome]) -> int:
    judged = [outcome for outcome in outcomes if not outcome.refused]
    agreeing = sum(outcome.agrees for outcome in judged)
    share = agreeing / max(1, len(judged))
    missed = sum(bool(outcome.missed) for outcome in judged)
    unlisted = Counter(each for outcome in judged for each in outcome.unlisted)
    print(f"{agreeing} of {len(judged)} agree ({share:.1%}); {missed} miss a sink.")
    print(f"{len(outcomes) - len(judged)} of {len(outcomes)} were refused by Terraform, and dropped.")
    sinks, safe = sum(outcome.sinks for outcome in judged), sum(outcome.safe for outcome in judged)
    print(f"{sinks} sinks and {safe} safe places hold a secret. In no table: {dict(unlisted) or 'nothing'}.")
    return int(bool(missed) or share < BAR)


if __name__ == "__main__":
    sys.exit(main())
