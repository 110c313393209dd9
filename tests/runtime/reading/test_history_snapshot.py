"""Who uses a key comes back from a snapshot as it was; what is damaged is said in one line."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seen_keys import ROLE, call, history, key, own_call

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.users import Account, User
from checkov_keys.runtime.reading.history_snapshot import encode_history, read_history
from checkov_keys.runtime.reading.snapshot import accounts_of, snapshot_text

SEEN = history(
    call(1), call(2, 2, is_denied=True), call(3, 3, session=ROLE), own_call(4), gaps=[("eu-west-1", "denied")]
)


def in_snapshot(*keys):
    """An account with a user of these keys, and the text of its snapshot."""
    account = Account("123456789012", "aws", (User("123456789012", "u", "arn:aws:iam::123456789012:user/u", keys),))
    return account, snapshot_text([account])


def test_a_key_that_nobody_asked_about():
    """Nothing is said of its history, so that older versions read the snapshot as they did."""
    account, text = in_snapshot(key("A", 9, 9, asked=False))
    assert "history" not in text
    assert [account] == accounts_of(text, "file")


def test_what_is_written_is_read():
    """Callers, sessions, gaps and calls of this program are equal after writing and reading."""
    account, text = in_snapshot(key("A", 9, 9, call(1), call(3, session=ROLE), gaps=[("eu-west-1", "denied")]))
    assert [account] == accounts_of(text, "file")
    assert SEEN == read_history(json.loads(json.dumps(encode_history(SEEN))), "A")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["since"], None),
        (["since"], "yesterday"),
        (["until"], "2026-01-01T00:00:00"),
        (["sampled"], "eu-west-1"),
        (["gaps"], [["one"]]),
        (["is_exact"], 1),
        (["has_addresses"], None),
        (["own_calls"], [1, None]),
        (["others"], []),
        (["callers"], {}),
        (["callers", 0, "calls"], ["1", None, None]),
        (["callers", 0, "calls"], [-1, None, None]),
        (["callers", 0, "actions", 0], ["s3"]),
        (["callers", 0, "family"], 5),
        (["sessions", 0], ["AssumeRole"]),
        (["more_callers"], [True, True]),
    ],
)
def test_damaged_ones(place, value):
    """A snapshot with such a value is refused as a whole, naming the file."""
    _, text = in_snapshot(key("A", 9, 9, call(1), call(3, session=ROLE)))
    document = json.loads(text)
    data = document["accounts"][0]["users"][0]["keys"][0]["history"]
    for part in place[:-1]:
        data = data[part]
    data[place[-1]] = value
    with pytest.raises(UsageError, match=r"^file: not a snapshot of checkov-keys, or a damaged one"):
        accounts_of(json.dumps(document), "file")


@given(
    st.sampled_from(sorted(encode_history(SEEN))),
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5),
)
def test_random_values(name, value):
    """Whatever replaces a part, it is read, or refused by an error that is expected."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        assert "A" == read_history({**encode_history(SEEN), name: value}, "A").usage.key
