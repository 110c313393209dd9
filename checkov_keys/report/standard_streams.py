"""The one writer of standard output and standard error.

Whatever is printed goes through it, also what Checkov, Python's logging and argparse print: it survives encodings that
cannot show a text, shows what would move the cursor, and lets nothing reach a CI service's runner as a command. Output
that cannot be written, because it is closed or full or its reader has gone, is noted and does not stop a command.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from checkov_keys.domain.text import disarm_commands, last_line, one_line, show_hidden
from checkov_keys.report.terminal_text import describe_screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

_STANDARD_DESCRIPTORS = (0, 1, 2)
# Those in use, the innermost last: a command may be run within a test of another.
_GUARDS: list[Guards] = []


class GuardedStream:
    """A text stream that raises nothing when it is written to.

    `failure` is what went wrong first, "" if nothing did. Whatever else a stream can do is left to the stream.
    """

    def __init__(self, stream: TextIO | None, *, has_progress: bool = False) -> None:
        """Guard a stream, None if it was closed before Python began.

        `has_progress` says that progress is shown on it if it is a terminal, which moves the cursor.
        """
        self._is_absent = stream is None
        self._stream: TextIO = io.StringIO() if stream is None else stream
        self._line = ""
        self._moves = has_progress and self._stream.isatty()
        self.failure = ""
        if isinstance(stream, io.TextIOWrapper):
            # A name may hold what the terminal's encoding does not.
            with suppress(OSError, ValueError):
                stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a stream has
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, made safe, and return its length; nothing is written after something could not be."""
        shown = disarm_commands(text if self._moves else show_hidden(text), self._line)
        self._line = last_line(self._line + shown)
        self._attempt(lambda stream: stream.write(shown))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    def write_bytes(self, data: bytes) -> None:
        """Write bytes as they are: those of a file, for another program."""
        self.flush()
        self._attempt(lambda stream: stream.buffer.write(data) and stream.buffer.flush())

    def flush(self) -> None:
        """Write what waits."""
        if not self._is_absent:
            self._attempt(lambda stream: stream.flush())

    def _attempt(self, act: Callable[[TextIO], object]) -> None:
        if self._is_absent:
            # A stream that is closed costs nothing until there is something to say.
            self.failure = "it is closed"
        if self.failure:
            return
        try:
            act(self._stream)
        except OSError as error:
            self.failure = error.strerror or str(error)
        except ValueError:
            self.failure = "it is closed"

    def divert(self) -> None:
        """Have Python's own attempt at its end succeed, if something could not be written."""
        if self.failure and not self._is_absent:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


class Guards(NamedTuple):
    """The guards of standard output and standard error."""

    output: GuardedStream
    errors: GuardedStream

    def finish(self) -> tuple[str, ...]:
        """Write what waits, and return what could not be written and why."""
        named = (("standard output", self.output), ("standard error", self.errors))
        for _, guard in named:
            guard.flush()
        return tuple(f"cannot write to {name}: {guard.failure}" for name, guard in named if guard.failure)


@contextmanager
def guard_streams() -> Iterator[Guards]:
    """Guard standard output and standard error during the block."""
    before = sys.stdout, sys.stderr
    make_record = logging.getLogRecordFactory()
    logging.setLogRecordFactory(partial(_make_plain_record, make_record))
    _occupy_closed_descriptors()
    guards = Guards(GuardedStream(before[0]), GuardedStream(before[1], has_progress=True))
    sys.stdout, sys.stderr = (cast("TextIO", guard) for guard in guards)
    if sys.__stdout__ is None:
        # Checkov asks it whether it is a terminal.
        sys.__stdout__ = sys.stdout  # type: ignore[misc, assignment]
    _GUARDS.append(guards)
    try:
        yield guards
    finally:
        _GUARDS.pop()
        logging.setLogRecordFactory(make_record)
        for guard in guards:
            guard.divert()
        sys.stdout, sys.stderr = before


def _make_plain_record(make: Callable[..., logging.LogRecord], *args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401
    """Return a record of the log whose message is one line, if people see it at all."""
    record = make(*args, **kwargs)
    if record.levelno >= logging.WARNING:
        # What does not fit its arguments is reported by logging itself.
        with suppress(TypeError, ValueError, KeyError):
            message = record.getMessage()
            if not message.isprintable():
                record.msg, record.args = one_line(message), ()
    return record


def _occupy_closed_descriptors() -> None:
    """Keep the next file that is opened from getting the number of a standard stream that is closed."""
    for descriptor in _STANDARD_DESCRIPTORS:
        if not _is_open(descriptor):
            os.open(os.devnull, os.O_RDWR)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def print_line(text: str = "", stream: TextIO | None = None, *, end: str = "\n") -> None:
    """Print a text and what ends it at once, on standard output if no stream is named."""
    target = sys.stdout if stream is None else stream
    target.write(text + end)
    target.flush()


def print_wrapped(text: str, stream: TextIO | None = None, hanging: str = "  ") -> None:
    """Print a line at once, wrapped at words if a terminal is narrower; `hanging` begins what is wrapped."""
    target = sys.stdout if stream is None else stream
    print_line("\n".join(describe_screen(target).wrap_all([text], hanging)), target)


def print_parts(parts: Iterable[str]) -> None:
    """Print the parts of a long text."""
    guard = _GUARDS[-1].output if _GUARDS else GuardedStream(sys.stdout)
    for part in parts:
        # Checkov has colorama search what is printed for colours, which takes longer than the report.
        if "\x1b" in part and _GUARDS:
            sys.stdout.write(part)
        else:
            guard.write(part)
    guard.flush()
    if guard.failure and not _GUARDS:
        raise OSError(guard.failure)


def print_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are, whatever its encoding and line breaks."""
    guard = _GUARDS[-1].output if _GUARDS else None
    if guard:
        guard.write_bytes(data)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
