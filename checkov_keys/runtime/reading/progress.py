"""The progress of an audit, for whoever waits for it."""

from __future__ import annotations


class Progress:
    """What an audit tells while it runs, from several threads at once; this one says nothing.

    `counts_users` tells whether the number of an account's users is worth a call of its own.
    """

    counts_users = False

    def expect_accounts(self, number: int) -> None:
        """Expect this many accounts."""

    def account_done(self) -> None:
        """Count one more account that is judged, or named as unjudged."""

    def expect_users(self, number: int) -> None:
        """Expect this many more users, those of one account."""

    def user_done(self) -> None:
        """Count one more user whose keys are read, or cannot be."""

    def expect_regions(self, number: int) -> None:
        """Expect this many more regions, in which the event history of keys is read."""

    def region_done(self) -> None:
        """Count one more region whose event history is read, or cannot be."""


SILENT = Progress()
