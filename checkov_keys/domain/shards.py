"""Shards: parts of a set of accounts, one per run, which together are exactly the whole.

The shard of an account depends on its id and on the number of shards alone: on no other account, machine or version.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.users import Unjudged

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_SHARDS = 1000
_DIGITS = 8  # of SHA-256 in hexadecimal, which any shell can count with
_TEXT = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)
_NOT_GIVEN = "no file of it was given"


class Shard(NamedTuple):
    """One of `of` shards: `number` is from 1 to `of`, and `of` from 1 to MOST_SHARDS."""

    number: int
    of: int

    def __str__(self) -> str:
        """Return it as --shard takes it: 3/10."""
        return f"{self.number}/{self.of}"

    def holds(self, account: str) -> bool:
        """Tell whether the account of an id is in this shard."""
        return find_shard(account, self.of) == self.number

    def encode(self) -> dict[str, int]:
        """Return it as JSON."""
        return self._asdict()


def find_shard(account: str, of: int) -> int:
    """Return the number, from 1 to `of`, of the shard that the account of an id is in.

    It is 1 + (the first 8 hexadecimal digits of SHA-256 of the id in UTF-8) modulo `of`.
    """
    digest = hashlib.sha256(account.encode("utf-8", "surrogatepass")).hexdigest()
    return 1 + int(digest[:_DIGITS], 16) % of


def parse_shard(text: str) -> Shard:
    """Return the shard that a text such as 3/10 means; raise ValueError if it means none."""
    found = _TEXT.fullmatch(text)
    return check_shard(*map(int, found.groups())) if found else check_shard(0, 0)


def read_shard(data: object) -> Shard | None:
    """Return the shard that Shard.encode() made JSON of, None for null; raise ValueError for anything else."""
    if data is None:
        return None
    if not isinstance(data, dict) or data.keys() != set(Shard._fields):
        raise ValueError("that is not a shard")
    if any(type(data[name]) is not int for name in Shard._fields):
        raise ValueError("the numbers of a shard are not numbers")
    return check_shard(**data)


def read_shards(data: object) -> tuple[Shard, ...]:
    """Return the shards of a list of what Shard.encode() made; raise ValueError for anything else."""
    found = [read_shard(each) for each in data] if isinstance(data, list) else [None]
    shards = tuple(each for each in found if each is not None)
    if len(shards) < len(found):
        raise ValueError("that is not a list of shards")
    return shards


def check_shard(number: int, of: int) -> Shard:
    """Return the shard of two numbers; raise ValueError if there is none."""
    if not 1 <= number <= of <= MOST_SHARDS:
        raise ValueError(f"expected K/N, with K from 1 to N, and N from 1 to {MOST_SHARDS}")
    return Shard(number, of)


def find_missing(given: Iterable[Shard]) -> tuple[Shard, ...]:
    """Return the shards that are missing beside those that are given."""
    known = set(given)
    every = {Shard(number, shard.of) for shard in known for number in range(1, shard.of + 1)}
    return tuple(sorted(every - known))


def list_missing(missing: Iterable[Shard]) -> tuple[Unjudged, ...]:
    """Return shards that nobody has read as what could not be judged."""
    return tuple(Unjudged(f"shard {shard}", _NOT_GIVEN) for shard in missing)
