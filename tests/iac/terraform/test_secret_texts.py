"""Whether a value still holds the text of a secret, whatever was made of it."""

import base64
import json
from urllib.parse import quote

import pytest

from checkov_keys.iac.hcl.values import BOOL, DYNAMIC, STRING, list_of, object_of, set_of, string, unknown
from checkov_keys.iac.terraform.secret_texts import Secret, find_held, find_secrets, make_text

SECRET, OTHER = Secret("aws_iam_access_key.a", "secret"), Secret("aws_iam_access_key.b", "secret")
TEXT = make_text(SECRET)
MARKS = frozenset([SECRET])


def encode(text, encoding="utf-8"):
    return base64.b64encode(text.encode(encoding)).decode()


GONE = {
    "nothing": "",
    "another secret": make_text(OTHER),
    "its first letters": TEXT[:15],
    "a gap after each half piece": "-".join(TEXT[start : start + 12] for start in range(0, 40, 12)),
    "broken base64": encode(TEXT)[1:12],
    "base64 too deep": encode(encode(encode(encode(TEXT)))),
}
HELD = {
    "itself": TEXT,
    "in a sentence": f"the secret is {TEXT}.",
    "most of it": TEXT[3:33],
    "capital letters": TEXT.upper(),
    "small letters": TEXT.lower(),
    "backwards": TEXT[::-1],
    "JSON": json.dumps({"a": [TEXT]}),
    "a URL": quote(f"a b&{TEXT}"),
    "base64": encode(TEXT),
    "base64 without padding": encode(f"user:{TEXT}").rstrip("="),
    "base64 in JSON in base64": encode(json.dumps({"a": encode(TEXT)})),
    "UTF-16 in base64": encode(TEXT, "utf-16-le"),
}


@pytest.mark.parametrize("text", GONE.values(), ids=GONE)
def test_gone(text):
    """Nothing is left of it that anybody could use."""
    assert set() == find_held(text, [SECRET])


@pytest.mark.parametrize("text", HELD.values(), ids=HELD)
def test_held(text):
    """It can be read, or decoded by anybody; another secret is not there."""
    assert {SECRET} == find_held(text, [SECRET, OTHER])


def test_texts_are_made():
    """Forty letters and digits, the same each time, and others for each attribute and key."""
    assert (40, True) == (len(TEXT), TEXT.isalnum())
    assert TEXT == make_text(Secret(*SECRET))
    texts = {make_text(Secret(key, name)) for key in "abc" for name in ("secret", "ses_smtp_password_v4", "id")}
    assert 9 == len(texts)


UNKNOWN = unknown(STRING, "var.x", "it is not known", marks=MARKS)
VALUES = {
    "no mark": (string(TEXT), set()),
    "a mark, and the text is gone": (string("x", MARKS), set()),
    "an unknown bool": (unknown(BOOL, "x == y", "it is not known", marks=MARKS), set()),
    "an unknown one of two texts without it": (
        unknown(STRING, "var.x", "it is not known", possible=[string("a", MARKS), string("b", MARKS)]),
        set(),
    ),
    "the text": (string(TEXT, MARKS), {SECRET}),
    "something unknown": (UNKNOWN, {SECRET}),
    "an unknown one of two": (
        unknown(STRING, "var.x", "it is not known", possible=[string(TEXT, MARKS), string("b")]),
        {SECRET},
    ),
    "in a list of objects": (list_of(DYNAMIC, [object_of({"a": string(TEXT, MARKS)})]), {SECRET}),
    "in a set, which has the marks": (set_of(STRING, [string("x"), string(TEXT, MARKS)]), {SECRET}),
    "in a name": (object_of({TEXT: string("x")}, MARKS), {SECRET}),
}


@pytest.mark.parametrize(("value", "expected"), VALUES.values(), ids=VALUES)
def test_find_secrets(value, expected):
    """The mark says where it may be, the text whether it is; if there is no text, the mark decides."""
    assert expected == find_secrets(value)


def test_a_huge_text():
    """It is found far behind in a text, too."""
    assert {SECRET} == find_held("A " * 1_500_000 + encode(TEXT), [SECRET])
