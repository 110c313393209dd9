"""Bytes are searched for key ids: nothing that JSON takes for one of them is missed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.runtime.usage.key_search import KeySearch

KEY = "AKIAIOSFODNN7EXAMPLE"
OTHERS = [f"AKIAOTHERKEY{number:08}" for number in range(20)]
SEARCHES = {"one id": KeySearch([KEY]), "many ids": KeySearch([KEY, *OTHERS])}

TEXTS = {
    "nothing": (b"", False),
    "another id": (b'"AKIAANOTHERIDEXAMPLE"', False),
    "within a longer text": (b'"arn:AKIAIOSFODNN7EXAMPLE"', False),
    "the beginning of a longer one": (b'"AKIAIOSFODNN7EXAMPLE1"', False),
    "without quotation marks": (b"AKIAIOSFODNN7EXAMPLE", False),
    "an escaped character that no id has": (rb'"a \u003cb\u003e \u0026 \u003D \u00e9 \u004"', False),
    "the id": (b'"accessKeyId":"AKIAIOSFODNN7EXAMPLE"', True),
    "behind another id": (b'"AKIAANOTHERIDEXAMPLE","AKIAIOSFODNN7EXAMPLE"', True),
    "an escaped letter": (rb'"\u0041KIAIOSFODNN7EXAMPLE"', True),
    "an escaped letter in capitals": (rb'"AKIAI\u004FSFODNN7EXAMPLE"', True),
    "the last letter": (rb'"\u005a"', True),
    "an escaped digit": (rb'"AKIAIOSFODNN\u0037EXAMPLE"', True),
}


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
@pytest.mark.parametrize(("text", "is_found"), TEXTS.values(), ids=TEXTS)
def test_texts(search, text, is_found):
    """An id is found as a whole string; an escape that may hide one is taken for one."""
    assert is_found is (search.scan(text, 0, len(text)).find(0) >= 0)


@pytest.mark.parametrize("search", SEARCHES.values(), ids=SEARCHES)
@given(st.lists(st.sampled_from([KEY, OTHERS[3], OTHERS[7], "AKIAANOTHERIDEXAMPLE", "x", '"']), max_size=8), st.data())
def test_no_id_is_missed(search, words, data):
    """However letters are escaped: what is found in order is at least all that is there."""
    texts = [json.dumps(word) for word in words]
    for number, text in enumerate(texts):
        place = data.draw(st.integers(0, len(text)))
        if place < len(text) and text[place].isalnum():
            texts[number] = (
                f"{text[:place]}\\u{ord(text[place]):04{data.draw(st.sampled_from('xX'))}}{text[place + 1 :]}"
            )
    text = ",".join(texts).encode()
    assert words == json.loads(f"[{text.decode()}]")
    scan, place, covered = search.scan(text, 0, len(text)), 0, ""
    while (found := scan.find(place)) >= 0:
        # A record's end, here the end of a string, is where the search goes on.
        end = text.find(b",", found)
        end = len(text) if end < 0 else end
        covered += text[text.rfind(b",", 0, found) + 1 : end].decode() + ","
        place = end
    assert set(words) & search.keys <= set(json.loads(f"[{covered[:-1]}]"))


def test_a_part_of_a_text():
    """Only what lies between start and end is searched."""
    text = b'"AKIAIOSFODNN7EXAMPLE"' * 2
    for search in SEARCHES.values():
        assert [-1, 22, -1] == [
            search.scan(text, 0, 21).find(0),
            search.scan(text, 1, 44).find(1),
            search.scan(text, 23, 44).find(23),
        ]


@pytest.mark.parametrize(
    "key", ["", "AKIA", "akiaiosfodnn7example", "AKIAIOSFODNN7EXAMPL\n", "A" * 129, 'AKIA"OSFODNN7EXAMPLE']
)
def test_what_is_not_a_key_id(key):
    """It is refused before anything is read."""
    with pytest.raises(ValueError, match="is not an access key id"):
        KeySearch([KEY, key])


def test_no_ids():
    """Nothing is looked for and nothing found."""
    assert -1 == KeySearch([]).scan(b'"AKIAIOSFODNN7EXAMPLE"', 0, 22).find(0)
