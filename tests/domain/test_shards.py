"""Shards of accounts: each account is in exactly one, by a formula that anybody can compute."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import need

from checkov_keys.domain.shards import MOST_SHARDS, Shard, find_shard, parse_shard, read_shard, read_shards

IDS = st.one_of(st.from_regex(r"[0-9]{12}", fullmatch=True), st.text())


@given(st.sets(IDS), st.integers(1, MOST_SHARDS))
def test_all_shards_are_the_whole(ids, of):
    """Whatever stands in place of an id, one shard holds it, and no other does."""
    for account in ids:
        assert [find_shard(account, of)] == [n for n in range(1, of + 1) if Shard(n, of).holds(account)]


def test_every_number_of_shards():
    """The same by brute force, for every number of shards that there may be."""
    ids = [f"{number:012}" for number in range(50)]
    for of in range(1, MOST_SHARDS + 1):
        assert {find_shard(account, of) for account in ids} <= set(range(1, of + 1))


def test_shards_are_of_one_size():
    """Ten thousand accounts fall into ten shards of about a thousand each."""
    sizes = [0] * 10
    for number in range(10_000):
        sizes[find_shard(f"{number * 7919:012}", 10) - 1] += 1
    assert 900 < min(sizes) <= max(sizes) < 1100


@pytest.mark.parametrize("account", ["111111111111", "000000000000", "(no id)"])
def test_a_shell_finds_the_same(account):
    """The line of shell in docs/live.md."""
    line = 'echo $(( 0x$(printf %s "$0" | sha256sum | cut -c1-8) % 10 + 1 ))'
    need("bash")
    done = subprocess.run(["bash", "-c", line, account], capture_output=True, text=True, check=True)
    assert find_shard(account, 10) == int(done.stdout)


def test_shards_never_change():
    """A release that would shard in another way could not be merged with others."""
    assert [1, 1, 719, 8] == [find_shard(*known) for known in KNOWN]


KNOWN = [("111111111111", 10), ("222222222222", 1), ("333333333333", 1000), ("444444444444", 10)]
TEXTS = {
    "the first": ("1/10", (1, 10)),
    "the last": ("10/10", (10, 10)),
    "one of one": ("1/1", (1, 1)),
    "as many as there may be": ("1000/1000", (1000, 1000)),
    "malformed: none": ("0/10", None),
    "malformed: behind the last": ("11/10", None),
    "malformed: of none": ("1/0", None),
    "malformed: of too many": ("1/1001", None),
    "malformed: a sign": ("+1/10", None),
    "malformed: negative": ("-1/10", None),
    "malformed: space": ("1 / 10", None),
    "malformed: a line break at the end": ("1/10\n", None),
    "malformed: zeros before it": ("01/10", None),
    "malformed: a fraction": ("1.5/10", None),
    "malformed: one number": ("3", None),
    "malformed: three numbers": ("1/2/3", None),
    "malformed: other digits": ("\u0661/\u0663", None),
    "malformed: many digits": ("1" * 5000 + "/10", None),
    "malformed: nothing": ("", None),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_texts(text, expected):
    """K/N, with K from 1 to N and N from 1 to 1000, and nothing else."""
    if expected:
        assert expected == parse_shard(text)
        assert text == str(parse_shard(text))
    else:
        with pytest.raises(ValueError, match="expected K/N"):
            parse_shard(text)


def test_json_round_trip():
    """What is written is read again."""
    for shard in (None, Shard(3, 10)):
        data = json.loads(json.dumps(shard.encode() if shard else None))
        assert shard == read_shard(data)
    assert (Shard(1, 2), Shard(2, 2)) == read_shards([{"number": 1, "of": 2}, {"number": 2, "of": 2}])


MALFORMED = [5, "3/10", [], {}, {"number": 1}, {"number": 1, "of": 2, "x": 3}, {"number": 2, "of": 1}]
MALFORMED += [{"number": True, "of": 1}, {"number": 1.0, "of": 2}, {"number": "1", "of": 2}, {"number": None, "of": 2}]


@pytest.mark.parametrize("data", MALFORMED, ids=map(json.dumps, MALFORMED))
def test_malformed_json(data):
    """Anything else is damaged."""
    with pytest.raises(ValueError, match=r"shard|expected"):
        read_shard(data)
    with pytest.raises(ValueError, match=r"shard|expected"):
        read_shards([data])


@pytest.mark.parametrize("data", [None, {}, "x", [None]])
def test_malformed_lists(data):
    """A list of shards is a list of shards."""
    with pytest.raises(ValueError, match="not a list of shards"):
        read_shards(data)
