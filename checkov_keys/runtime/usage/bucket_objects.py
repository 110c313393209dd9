"""Objects of a bucket → files in a private directory, several at a time.

Keys are text of others: a file is named by a number, and an object is reported by its key.
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.trail_coverage import STOPPED
from checkov_keys.runtime.session.faults import CALL_FAULTS, explained
from checkov_keys.runtime.session.worker_threads import Patience, as_they_end, threads

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Future

    from checkov_keys.runtime.session.outage import Outage
    from checkov_keys.runtime.usage.bucket_place import BucketPlace
    from checkov_keys.runtime.usage.trail_names import TrailFile
    from checkov_keys.runtime.usage.unread_objects import UnreadObjects

logger = logging.getLogger(__name__)

THREADS = 16
# Those that are fetched, or wait for whoever reads them.
_AT_ONCE = 32
# CloudTrail's own have a few megabytes at most.
_MOST_BYTES = 256 << 20
_CHUNK = 1 << 18
# botocore tries a call again, but not if its answer ends early.
_ATTEMPTS = 3
_LONGEST_OBJECT = 600  # seconds, all attempts together
_LATE = "it did not come in time"


class _StoppedError(Exception):
    """Nothing more is to be fetched."""


class _TooLargeError(Exception):
    """An object has more bytes than a log file can have."""


class _DiskError(Exception):
    """A file cannot be written, for the reason that is its message."""


class _Fetched(NamedTuple):
    name: str
    size: int


class ObjectFetcher:
    """Fetches objects of a place into a directory; those that do not come are noted in `unread`.

    `objects` and `bytes` count what was fetched. `note` is called with the bytes of each.
    """

    def __init__(  # what it is made of
        self,
        client: Any,  # noqa: ANN401  # boto3 makes it at run time
        place: BucketPlace,
        directory: str,
        unread: UnreadObjects,
        outage: Outage,
        note: Callable[[int], None],
    ) -> None:
        self.objects = self.bytes = 0
        self._client, self._place, self._directory = client, place, Path(directory)
        self._unread, self._outage, self._note = unread, outage, note
        self._names = count(1)
        self._stopped = threading.Event()
        self._under_way: dict[str, TrailFile] = {}

    def fetch(self, files: Iterable[TrailFile]) -> Generator[TrailFile, None, None]:
        """Yield the files with the names and sizes that they have in the directory, as they come."""
        with threads(THREADS) as pool:
            given = self._follow(files)
            for file, work in as_they_end(pool, self._fetch, given, _AT_ONCE, Patience(each=_LONGEST_OBJECT)):
                del self._under_way[file.path]
                fetched = self._get_result(file, work)
                if fetched is not None:
                    self.objects += 1
                    self.bytes += fetched.size
                    self._note(fetched.size)
                    yield file._replace(stored=fetched.name, size=fetched.size)

    def release(self, files: Iterable[TrailFile]) -> None:
        """Delete files that were read."""
        for file in files:
            _delete(self._directory / file.stored)

    def stop(self) -> None:
        """Let nothing more be fetched, and name what is under way."""
        self._stopped.set()
        for file in self._under_way.values():
            self._unread.note(self._place.prefix + file.path, STOPPED)
        self._under_way = {}

    def _follow(self, files: Iterable[TrailFile]) -> Iterator[TrailFile]:
        for file in files:
            self._under_way[file.path] = file
            yield file

    def _fetch(self, file: TrailFile) -> _Fetched:
        if self._outage.reason:
            raise AuditError(self._outage.reason)
        name = str(next(self._names))
        for attempt in range(1, _ATTEMPTS + 1):
            answer = self._get(file)
            try:
                return _Fetched(name, self._store(answer, self._directory / name))
            except BotoCoreError:
                # The answer ended early.
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError

    def _get(self, file: TrailFile) -> dict[str, Any]:
        self._check(file.size)
        answer: dict[str, Any] = self._client.get_object(Bucket=self._place.bucket, Key=self._place.prefix + file.path)
        return answer

    def _check(self, size: int) -> None:
        if self._stopped.is_set():
            raise _StoppedError
        if size > _MOST_BYTES:
            raise _TooLargeError

    def _store(self, answer: dict[str, Any], path: Path) -> int:
        """Write the body of an answer to a file, and return its bytes; nothing is left of a body that is not whole."""
        size = 0
        try:
            with closing(answer["Body"]) as body, _open(path) as write:
                # The object may be another than the one that was listed.
                while chunk := body.read(_CHUNK):
                    size += len(chunk)
                    self._check(size)
                    write(chunk)
        except BaseException:
            _delete(path)
            raise
        return size

    def _get_result(self, file: TrailFile, work: Future[_Fetched]) -> _Fetched | None:
        """Return what was fetched, None if it was not, which is noted then."""
        reason = _LATE
        if work.done() and not work.cancelled():
            error = work.exception()
            if error is None:
                self._outage.answered()
                return work.result()
            reason = self._explain(error)
        self._unread.note(self._place.prefix + file.path, reason)
        return None

    def _explain(self, error: BaseException) -> str:
        if isinstance(error, AuditError):
            return str(error)
        if isinstance(error, _StoppedError):
            return STOPPED
        if isinstance(error, _TooLargeError):
            return f"it is larger than {_MOST_BYTES >> 20} MiB, which no log file is"
        if isinstance(error, _DiskError):
            return f"it cannot be kept in the temporary directory: {error}; see TMPDIR"
        if isinstance(error, CALL_FAULTS):
            reason = explained("it cannot be fetched", error)
            self._outage.failed(error, reason)
            return reason
        logger.error("an object could not be fetched", exc_info=error)
        return f"unexpected {type(error).__name__}: the log has its traceback"


@contextmanager
def _open(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Yield what appends to a new file; it raises _DiskError if that cannot be done."""

    def write(data: bytes) -> None:
        try:
            opened.write(data)
        except OSError as error:
            raise _DiskError(error.strerror) from error

    try:
        opened = path.open("wb", buffering=0)
    except OSError as error:
        raise _DiskError(error.strerror) from error
    with opened:
        yield write


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
