"""The files of a trail in a bucket, by their keys alone; days that are not asked for are not listed.

S3 lists keys in pages, in the order of their letters, and with a delimiter names folders without what is in them:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.trail_coverage import STOPPED, Coverage
from checkov_keys.runtime.session.answers import says_more, text_of
from checkov_keys.runtime.session.faults import CALL_FAULTS, BrokenAnswerError, explained
from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, threads
from checkov_keys.runtime.usage.trail_names import DayChoice, TrailFile, find_kind, find_kind_of_name, read_name
from checkov_keys.runtime.usage.unread_objects import UnreadObjects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from checkov_keys.runtime.session.outage import Outage
    from checkov_keys.runtime.usage.bucket_place import BucketPlace

logger = logging.getLogger(__name__)

_AT_ONCE = 8
_LONGEST_PAGE = 120  # seconds, all attempts together
_MOST_PAGES = 1_000_000  # of a folder: a thousand million keys
_LATE = "its list did not come in time"
# Folders of AWS's layout whose own folders are worth a look: there are few of them, and most of what is in them may be
# of days and services that are not asked for.
_LAYOUT = re.compile(
    r"(?:^|/)(?:AWSLogs/(?:o-[a-z0-9]+/)?(?:\d{12}/)?|CloudTrail/(?:[a-z0-9-]+/(?:\d{4}/(?:\d\d/)?)?)?)$", re.ASCII
)
_REGION = re.compile(r"(?:^|/)CloudTrail/[a-z0-9-]+/(?:\d{4}/(?:\d\d/)?)?$", re.ASCII)
_IN_LAYOUT = re.compile(r"(?:^|/)(?:AWSLogs|CloudTrail)/")
# So deep below the prefix AWSLogs is looked for. What is deeper is listed as a whole.
_DEEPEST = 4


class _Request(NamedTuple):
    """A page of a folder to ask for: with all that is below it if it is `flat`, else with the names of its folders.

    `depth` is how deep below the prefix it is, `token` where to go on, `last` the last name of the page before.
    """

    folder: str
    flat: bool
    depth: int
    token: str = ""
    last: str = ""
    page: int = 1


class _Page(NamedTuple):
    files: list[tuple[str, int]]
    folders: list[str]
    token: str


class _Requests:
    """The pages to ask for, the latest first: what is begun is read to its end, so that they stay few.

    An iterator that ends while there are none, and goes on when there are others.
    """

    def __init__(self, first: _Request) -> None:
        self._waiting = [first]
        self.under_way: dict[str, _Request] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def __iter__(self) -> Iterator[_Request]:
        return self

    def __next__(self) -> _Request:
        if not self._waiting:
            raise StopIteration
        request = self._waiting.pop()
        self.under_way[request.folder] = request
        return request

    def add(self, requests: list[_Request]) -> None:
        self._waiting += reversed(requests)

    def take_rest(self) -> list[_Request]:
        rest = [*self.under_way.values(), *self._waiting]
        self._waiting, self.under_way = [], {}
        return rest


class BucketListing:
    """Lists the trail files of a bucket below a prefix; `coverage` gathers what is left out or cannot be listed.

    Only files that were delivered on the days that are chosen are listed. Folders of digests, of insights and of other
    services are not listed: each counts as one in what is left out. `pages` counts the pages that were asked for.
    """

    def __init__(self, client: Any, place: BucketPlace, days: DayChoice, outage: Outage) -> None:  # noqa: ANN401  # boto3
        self.coverage = Coverage(chosen=(days.first, days.last))
        self.unread = UnreadObjects(self.coverage, len(place.prefix))
        self.pages = 0
        self._client, self._place, self._days, self._outage = client, place, days, outage
        root = _Request(place.prefix, self._is_flat(place.prefix, 0), 0)
        self._requests = _Requests(root)
        self._find_kind = lru_cache(maxsize=4096)(_find_kind_of_way)
        self._may_be_in = lru_cache(maxsize=4096)(days.may_be_in)

    def __iter__(self) -> Iterator[TrailFile]:
        """Yield the files; raise AuditError if not even the first page comes."""
        with threads(_AT_ONCE) as pool:
            while self._requests:
                for request, work in as_they_end(
                    pool, self._ask, self._requests, _AT_ONCE, Patience(each=_LONGEST_PAGE)
                ):
                    page = self._get_page(request, work)
                    del self._requests.under_way[request.folder]
                    if page is not None:
                        self._requests.add(self._list_next(request, page))
                        yield from self._choose(page.files)

    def stop(self) -> None:
        """Name the folders that were not listed, or not to their end."""
        for request in self._requests.take_rest():
            self.unread.note(request.folder, STOPPED)

    def _ask(self, request: _Request) -> _Page:
        if self._outage.reason:
            raise AuditError(self._outage.reason)
        asked = {"Bucket": self._place.bucket, "Prefix": request.folder}
        if not request.flat:
            asked["Delimiter"] = "/"
        if request.token:
            asked["ContinuationToken"] = request.token
        return _read_page(self._client.list_objects_v2(**asked), request)

    def _get_page(self, request: _Request, work: Future[_Page]) -> _Page | None:
        """Return a page, None if it is not there, which is noted then."""
        is_first, reason = not self.pages, _LATE
        self.pages += 1
        if work.done() and not work.cancelled():
            error = work.exception()
            if error is None:
                self._outage.answered()
                return work.result()
            reason = self._explain(error)
        if is_first:
            raise AuditError(f"cannot list {self._place}: {reason}")
        self.unread.note(request.folder, reason)
        return None

    def _explain(self, error: BaseException) -> str:
        if isinstance(error, AuditError):
            # It was not asked for.
            self.pages -= 1
            return str(error)
        if isinstance(error, CALL_FAULTS):
            reason = explained("its objects cannot be listed", error)
            self._outage.failed(error, reason)
            return reason
        logger.error("a page of objects could not be read", exc_info=error)
        return f"unexpected {type(error).__name__}: the log has its traceback"

    def _list_next(self, request: _Request, page: _Page) -> list[_Request]:
        requests = []
        if page.token:
            last = max([request.last, *(name for name, _ in page.files[-1:]), *page.folders[-1:]])
            requests.append(request._replace(token=page.token, last=last, page=request.page + 1))
        for folder in page.folders:
            name = folder[:-1]
            kind = self._find_kind(name)
            if kind:
                self.coverage.left_out[f"folders of {kind.replace('files of ', '')}"] += 1
            elif self._may_be_in(name):
                requests.append(_Request(folder, self._is_flat(folder, request.depth + 1), request.depth + 1))
        return requests

    def _is_flat(self, folder: str, depth: int) -> bool:
        if not _LAYOUT.search(folder):
            return bool(_IN_LAYOUT.search(folder)) or depth >= _DEEPEST
        return bool(_REGION.search(folder)) and self._days.has_all_of(folder)

    def _choose(self, files: list[tuple[str, int]]) -> Iterator[TrailFile]:
        for key, size in files:
            folder, _, name = key.rpartition("/")
            if not name and not size:
                # What consoles make in place of a folder.
                continue
            kind = self._find_kind(folder)
            if not kind and not self._may_be_in(folder):
                continue
            kind = kind or find_kind_of_name(name)
            place, day = read_name(name)
            if kind:
                self.coverage.left_out[kind] += 1
            elif self._days.holds(day):
                yield TrailFile(key[len(self._place.prefix) :], size, place, day)


def _find_kind_of_way(folder: str) -> str:
    """Return what a folder, or one of those that it is in, holds in place of events."""
    parts = folder.split("/")
    kinds = (find_kind("/".join(parts[:number])) for number in range(1, len(parts) + 1))
    return next(filter(None, kinds), "")


def _read_page(answer: dict[str, Any], request: _Request) -> _Page:
    """Return what a page holds; raise BrokenAnswerError if it is not whole, or an answer to something else."""
    # S3 says it on every page, and whatever is not a page lacks it.
    has_more = answer["IsTruncated"] or says_more(answer)
    files = [(text_of(entry, "Key"), int(entry["Size"])) for entry in answer.get("Contents", ())]
    folders = [text_of(entry, "Prefix") for entry in answer.get("CommonPrefixes", ())]
    token = answer.get("NextContinuationToken") if has_more else ""
    if answer.get("KeyCount", len(files) + len(folders)) != len(files) + len(folders):
        raise BrokenAnswerError("AWS's answer does not hold as many keys as it says")
    if not isinstance(token, str) or (has_more and (not token or token == request.token)):
        raise BrokenAnswerError("AWS's answer is truncated, without a new NextContinuationToken to go on from")
    for name in (*(name for name, _ in files), *folders):
        if not name.startswith(request.folder) or name <= request.last:
            raise BrokenAnswerError(f"AWS's answer holds {name!r}, which is not on this page of the list")
    if any(folder == request.folder or not folder.endswith("/") for folder in folders):
        raise BrokenAnswerError("AWS's answer holds a folder that is not below the one that was asked for")
    if request.page > _MOST_PAGES:
        raise BrokenAnswerError(f"the listing does not end after {_MOST_PAGES:,} pages")
    return _Page(files, folders, token)
