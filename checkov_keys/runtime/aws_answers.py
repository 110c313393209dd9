"""What AWS's answers hold, checked as far as botocore does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checkov_keys.runtime.aws_faults import BrokenAnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def entries_of(pages: Iterable[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of all pages; raise BrokenAnswerError where there is more without a way to get it."""
    for page in pages:
        yield from page[name]
        # botocore takes this for the last page.
        if page.get("IsTruncated") and not page.get("Marker"):
            raise BrokenAnswerError("AWS's answer is truncated, without a Marker to go on from")


def text_of(entry: dict[str, Any], name: str) -> str:
    """Return a field; raise KeyError where it is missing, BrokenAnswerError where it is there twice."""
    text = entry[name]
    if not isinstance(text, str):
        raise BrokenAnswerError(f"AWS's answer has more than one {name} in one place")
    return text
