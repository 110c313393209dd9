"""The bytes of a file become text, compressed or not, and damage is told."""

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from checkov_keys.runtime.usage import trail_text
from checkov_keys.runtime.usage.trail_text import UnreadableError, inflate

TEXT = b"a line of text\n" * 100_000


@pytest.fixture(params=[isal_zlib, zlib], ids=["isal", "zlib"], autouse=True, scope="module")
def library(request):
    """Everything holds with either library, of which one may be missing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trail_text, "_ZLIBS", (request.param,))
        yield request.param


def read(data):
    """The text of a file with this content."""
    return b"".join(inflate(io.BytesIO(data)))


def test_plain_text():
    """A file that is not compressed is its text."""
    assert TEXT == read(TEXT)


def test_gzip(compress):
    """In one part or in several, with zeros behind it or not."""
    packed = compress(TEXT)
    assert [TEXT, TEXT * 2, TEXT, TEXT * 2] == [
        read(packed),
        read(packed * 2),
        read(packed + bytes(100_000)),
        read(packed + bytes(10) + packed),
    ]


@given(st.lists(st.binary(max_size=300_000), min_size=1, max_size=4))
def test_any_text(compress, texts):
    """Whatever was compressed comes out."""
    assert b"".join(texts) == read(b"".join(map(compress, texts)))


def test_text_comes_in_pieces(compress):
    """Ten megabytes of nothing come in pieces, however little they take on the disk."""
    assert max(map(len, inflate(io.BytesIO(compress(bytes(10_000_000)))))) <= 1 << 18


def test_a_bomb(compress):
    """A hundred megabytes of nothing are not read to their end."""
    with pytest.raises(UnreadableError, match="compressed far more"):
        read(compress(bytes(100_000_000)))


DAMAGED = {
    "empty": (lambda _: b"", "the file is empty"),
    "only the first two bytes": (lambda packed: packed[:2], "the gzip data ends early"),
    "cut in the middle": (lambda packed: packed[: len(packed) // 2], "the gzip data ends early"),
    "without its checksum": (lambda packed: packed[:-8], "the gzip data ends early"),
    "with another checksum": (lambda packed: packed[:-8] + bytes(8), "the gzip data is damaged"),
    "with other bytes in the middle": (
        lambda packed: packed[:50] + b"\xff" * 50 + packed[100:],
        # A block that is damaged may look like one that goes on.
        "the gzip data (is damaged|ends early)",
    ),
    "with text behind it": (lambda packed: packed + b"text", "the gzip data (is damaged|ends early)"),
    "the second part cut": (lambda packed: packed + packed[:-5], "the gzip data ends early"),
}


@pytest.mark.parametrize(("damage", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_damage(compress, damage, reason):
    """It raises with the reason, also if it is noticed only at the end."""
    with pytest.raises(UnreadableError, match=reason):
        read(damage(compress(TEXT)))
