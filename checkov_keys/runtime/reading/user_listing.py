"""The users of an account, as iam:ListUsers names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Union

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.users import Unjudged
from checkov_keys.runtime.session.answers import list_pages, text_of, time_of
from checkov_keys.runtime.session.clocks import read_clock
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.identity import account_of
from checkov_keys.runtime.session.worker_threads import LateError, iterate_in_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from checkov_keys.runtime.session.worker_threads import Patience

# The most that ListUsers answers at a time: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
USERS_A_PAGE = 1000
# What is said of whatever AWS did not answer in time.
LATE = "AWS has not answered in time (see --max-wait-minutes)"
# Far more than any quota: 5,000 users are five pages, and some servers make pages of one user.
_MOST_PAGES = 20_000
# AWS may answer a page with fewer users than it could, and even none.
_PAGES_WITHOUT_NEWS = 50


class ListedUser(NamedTuple):
    """A user as ListUsers names it; `id` (AIDA…) stays the same when the user is renamed, "" if AWS does not say it."""

    account: str
    name: str
    arn: str
    id: str
    created: datetime | None
    password_last_used: datetime | None


Listed = Union[ListedUser, Unjudged]


class UserListing:
    """The users of an account, page by page, each once; iterate once.

    An entry that nobody can read is yielded as Unjudged, and costs no other. Raises AuditError if the first users
    cannot be listed. A later fault ends the list, and `ended_early` says why. `last` is the last user that was listed,
    `pages` how many pages there were so far, `clock` the time by AWS's clock, None if it is not known.
    """

    def __init__(self, iam: Any, patience: Patience) -> None:  # noqa: ANN401  # boto3 makes its clients at run time
        """List nothing yet."""
        self._iam = iam
        self._patience = patience
        self.last: ListedUser | None = None
        self.pages = 0
        self.ended_early = ""
        self.clock: datetime | None = None

    def __iter__(self) -> Iterator[Listed]:
        """List the users, the next page while somebody takes those of this one."""
        pages = list_pages(self._ask, "Users", most_pages=_MOST_PAGES, MaxItems=USERS_A_PAGE)
        seen: set[str] = set()
        without_news = 0
        try:
            for page in iterate_in_time(pages, self._patience):
                known = len(seen)
                for entry in page["Users"]:
                    yield from self._take(entry, seen)
                without_news = 0 if len(seen) > known else without_news + 1
                if without_news > _PAGES_WITHOUT_NEWS:
                    raise BrokenAnswerError(f"{without_news} pages in a row name no other user")
        except LateError:
            self._end(LATE, bool(seen), None)
        except CALL_FAULTS as error:
            self._end("", bool(seen), error)

    def _take(self, entry: Any, seen: set[str]) -> Iterator[Listed]:  # noqa: ANN401  # whatever the list holds
        listed = _read_entry(entry, len(seen) + 1)
        address = listed.arn if isinstance(listed, ListedUser) else listed.address
        if address not in seen:
            seen.add(address)
            self.last = listed if isinstance(listed, ListedUser) else self.last
            yield listed

    def _ask(self, **asked: object) -> dict[str, Any]:
        answer: dict[str, Any] = self._iam.list_users(**asked)
        self.pages += 1
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        self.clock = read_clock(headers.get("date"))
        return answer

    def _end(self, why: str, begun: bool, error: BaseException | None) -> None:  # noqa: FBT001
        """Note why the list ended; raise AuditError if it had not begun."""
        what = "the list of users ended early" if begun else "cannot list the users"
        reason = explained(what, error) if error is not None else f"{what}: {why}"
        if not begun:
            raise AuditError(reason) from error
        last = f"the users after {self.last.name}" if self.last else "others"
        self.ended_early = f"{reason}; {last} are missing"


def _read_entry(entry: dict[str, Any], number: int) -> Listed:
    try:
        arn, name = text_of(entry, "Arn"), text_of(entry, "UserName")
        account = account_of(arn).account
        if not arn.casefold().endswith(f"/{name}".casefold()):
            raise BrokenAnswerError(f"AWS's answer gives user {name!r} the ARN {arn!r}")
        password = time_of(entry, "PasswordLastUsed") if "PasswordLastUsed" in entry else None
        return ListedUser(account, name, arn, str(entry.get("UserId") or ""), time_of(entry, "CreateDate"), password)
    except CALL_FAULTS as error:
        return Unjudged(
            _name_entry(entry, number), explained("the list of users has an entry that is not a user", error)
        )


def _name_entry(entry: object, number: int) -> str:
    """Return what is known of an entry's user: its ARN, else its name, else its place in the list."""
    fields = entry if isinstance(entry, dict) else {}
    for name in ("Arn", "UserName"):
        if isinstance(fields.get(name), str) and fields[name]:
            return str(fields[name])
    return f"entry {number} of the list of users"
