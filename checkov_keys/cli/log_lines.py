"""One style of line for what a command logs, "checkov-keys audit: warning: …", without Checkov's times and threads."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from checkov_keys.domain.text import one_line
from checkov_keys.report.terminal_text import describe_screen

if TYPE_CHECKING:
    from collections.abc import Iterator

# Who asks for these wants times and threads.
_DETAILED = frozenset({"DEBUG", "INFO"})


@contextmanager
def style_log(name: str) -> Iterator[None]:
    """Write warnings and errors of the log as lines that begin with `name`, during the block.

    Checkov's own way is left as it is if LOG_LEVEL asks for more than warnings.
    """
    if os.environ.get("LOG_LEVEL", "").upper() in _DETAILED:
        yield
        return
    root = logging.getLogger()
    others = [handler for handler in root.handlers if _is_of_console(handler)]
    handler = _LineHandler(name)
    for other in others:
        root.removeHandler(other)
    # First, where Checkov looks for the one to set up when it is imported.
    root.handlers.insert(0, handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for other in others:
            root.addHandler(other)


def _is_of_console(handler: logging.Handler) -> bool:
    # Not one of a subclass, such as those of pytest.
    return type(handler) is logging.StreamHandler and handler.stream in (sys.stderr, sys.__stderr__)


class _LineFormatter(logging.Formatter):
    """Makes one line of a record, and lines of it if the terminal is narrow; the traceback of one comes after it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self._name}: {record.levelname.lower()}: {one_line(record.getMessage())}"
        lines = describe_screen(sys.stderr).wrap(line, "", "  ")
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)


class _LineHandler(logging.StreamHandler):  # type: ignore[type-arg]  # generic for type checkers only
    """Writes to standard error whatever Checkov, which formats the first handler of all, wants of it."""

    def __init__(self, name: str) -> None:
        super().__init__(sys.stderr)
        super().setFormatter(_LineFormatter(name))
        self.setLevel(logging.WARNING)

    def setFormatter(self, fmt: logging.Formatter | None) -> None:  # noqa: N802  # logging's name
        """Keep the formatter."""

    def setLevel(self, level: int | str) -> None:  # noqa: N802  # logging's name
        """Keep to warnings and what is worse, or to what LOG_LEVEL says beyond that."""
        super().setLevel(level if str(level).isdecimal() or str(level).upper() in {"ERROR", "CRITICAL"} else "WARNING")
