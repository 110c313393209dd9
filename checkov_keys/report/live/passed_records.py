"""The records of users that pass: an organization has a hundred thousand of them, and most formats show none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from checkov_keys.report.live.user_record import Review, UserRecord

if TYPE_CHECKING:
    from checkov.common.output.record import Record

    from checkov_keys.domain.rules import Rule
    from checkov_keys.domain.users import Account, User


class PassedRecords(Sequence["Record"]):
    """A list, as Checkov's Report has one, whose records are made anew whenever they are asked for."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._passed: list[tuple[Rule, User, Account]] = []

    def add(self, rule: Rule, user: User, account: Account) -> None:
        """Add a user that a rule passes."""
        self._passed.append((rule, user, account))

    def __len__(self) -> int:
        return len(self._passed)

    def __iter__(self) -> Iterator[Record]:
        return (UserRecord(*each, self._review) for each in self._passed)

    def __getitem__(self, index: int | slice) -> Record | list[Record]:  # type: ignore[override]
        if isinstance(index, slice):
            return [UserRecord(*each, self._review) for each in self._passed[index]]
        return UserRecord(*self._passed[index], self._review)

    def __add__(self, others: Iterable[Record]) -> list[Record]:
        return [*self, *others]

    def __radd__(self, others: Iterable[Record]) -> list[Record]:
        return [*others, *self]
