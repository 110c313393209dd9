"""The trail files of a bucket → who uses some keys, and what of the trail was read.

Objects are fetched into a private directory, read by the same processes as files, and deleted: neither memory nor disk
grows with the trail.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checkov_keys.domain.errors import AuditError
from checkov_keys.runtime.session.outage import Outage
from checkov_keys.runtime.usage.bucket_listing import BucketListing
from checkov_keys.runtime.usage.bucket_objects import ObjectFetcher
from checkov_keys.runtime.usage.key_search import KeySearch
from checkov_keys.runtime.usage.trail_files import read_files
from checkov_keys.runtime.usage.trail_names import DayChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from checkov_keys.domain.trail_coverage import Coverage
    from checkov_keys.domain.usage import KeyUsage
    from checkov_keys.runtime.session.aws_session import AwsSession
    from checkov_keys.runtime.usage.bucket_place import BucketPlace

# So many calls in a row that fail whatever is asked for, and nothing more is asked.
_FAILURES = 20
# A thread that is not waited for may still write a file while the directory is removed.
_REMOVALS, _BETWEEN_REMOVALS = 20, 0.05


class BucketReading(NamedTuple):
    """Who uses the keys that were asked for, in the order of their ids, and what was read.

    `objects` were fetched, of so many `bytes`, and `pages` of their list: AWS charges for each of these calls, and for
    bytes that leave its region.
    """

    usages: tuple[KeyUsage, ...]
    coverage: Coverage
    objects: int
    bytes: int
    pages: int


def read_bucket(
    session: AwsSession,
    place: BucketPlace,
    keys: Collection[str],
    *,
    first: date | None = None,
    last: date | None = None,
    workers: int | None = None,
    note_object: Callable[[int], None] = lambda _: None,
) -> BucketReading:
    """Return who uses keys, by the trail files of a bucket that were delivered from one day to another (UTC).

    `workers` is the number of processes, see read_trail(). `note_object` is called with the bytes of each object that
    was fetched. Raise ValueError if one of the keys is not an access key id, AuditError if nothing can be listed. What
    cannot be listed, fetched or read is named in the coverage. Ctrl-C stops reading and keeps what there is.
    """
    search = KeySearch(keys)
    client = session.client("s3")
    outage = Outage(_FAILURES, "calls")
    listing = BucketListing(client, place, DayChoice(first, last), outage)
    coverage = listing.coverage
    with _make_private_directory() as directory:
        fetcher = ObjectFetcher(client, place, directory, listing.unread, outage, note_object)
        try:
            with closing(fetcher.fetch(listing)) as files:
                usages, _ = read_files(directory, files, search, coverage, workers=workers, release=fetcher.release)
        finally:
            fetcher.stop()
        listing.stop()
    listing.unread.finish()
    coverage.unread.sort()
    return BucketReading(usages, coverage, fetcher.objects, fetcher.bytes, listing.pages)


@contextmanager
def _make_private_directory() -> Iterator[str]:
    """Yield a new directory that nobody else may read, and remove it with all that is in it."""
    try:
        directory = tempfile.mkdtemp(prefix="checkov-keys-")
    except OSError as error:
        raise AuditError(f"cannot make a temporary directory: {error.strerror}; see TMPDIR") from error
    try:
        with _ending_in_order():
            yield directory
    finally:
        for _ in range(_REMOVALS):
            shutil.rmtree(directory, ignore_errors=True)
            if not Path(directory).exists():
                break
            time.sleep(_BETWEEN_REMOVALS)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let SIGTERM, which by default ends Python at once, end it as an error does: nothing is left behind then."""
    is_ours = threading.current_thread() is threading.main_thread()
    if not is_ours or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)
