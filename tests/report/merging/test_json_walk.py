"""JSON whose lists are handed on item by item is the JSON that Python's own module reads."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkov_keys.report.merging.json_walk import walk_object

LISTS = (("a", "items"), ("items",))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "items", "b", "\u2028"]), inner),
)


def walk(text):
    """Return the object, with the items put back, and the texts of the items."""
    items = {}

    def take(path, item, part):
        assert item == json.loads(part)
        items.setdefault(path, []).append(item)

    found = walk_object(text, LISTS, take)
    for (*above, name), values in items.items():
        inner = found
        for each in above:
            inner = inner[each]
        assert [] == inner[name]
        inner[name] = values
    return found


@given(
    st.fixed_dictionaries(
        {}, optional={"items": st.lists(VALUES), "a": st.fixed_dictionaries({"items": st.lists(VALUES)}), "b": VALUES}
    ),
    st.sampled_from([None, 0, 4]),
)
def test_the_same_as_json(data, indent):
    """Whatever the values are, and however they are indented."""
    text = json.dumps(data, indent=indent)
    assert data == walk(text)
    assert data == walk(f"\r\n\t {text} \n")


MALFORMED = {
    "nothing": "",
    "space": " \n",
    "a list": "[]",
    "a text": '"x"',
    "cut off": '{"items": [1, 2',
    "cut off in a name": '{"ite',
    "cut off behind a name": '{"items"',
    "cut off behind a colon": '{"items":',
    "cut off behind a comma": '{"items": [1],',
    "a comma at the end": '{"items": [1,]}',
    "a comma at the end of the object": '{"b": 1,}',
    "no comma": '{"items": [1 2]}',
    "a name that is a number": "{1: 2}",
    "more behind it": "{} {}",
    "a list that is an object": '{"items": {}}',
    "an object that is a list": '{"a": []}',
    "a name twice": '{"b": 1, "b": 2}',
    "a list twice": '{"items": [1], "items": [2]}',
    "not a number": '{"items": [NaN]}',
    "infinity": '{"b": -Infinity}',
    "a control character": '{"b": "\x01"}',
    "single quotes": "{'b': 1}",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_malformed(text):
    """Nothing of it is taken for an object."""
    with pytest.raises(ValueError):  # noqa: PT011  # json.JSONDecodeError is one
        walk(text)


def test_nested_too_deep():
    """It ends, and says why."""
    with pytest.raises(RecursionError):
        walk('{"b": ' + "[" * 200_000)
