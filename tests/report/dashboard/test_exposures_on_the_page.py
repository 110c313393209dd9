"""What a page shows of secrets in plain sight."""

import pytest

from checkov_keys.report.dashboard.findings import FAILED, build_finding

SECRET = {
    "key": "aws_iam_access_key.ci",
    "attribute": "secret",
    "argument": "environment.variables",
    "way": [
        {"text": "aws_iam_access_key.ci.secret", "file": "keys.tf", "line": 7},
        {"text": "local.creds", "file": "locals.tf", "line": 0},
        {"text": "aws_lambda_function.app", "file": "", "line": 0},
    ],
    "way_omitted": 0,
}
KNOWN = {"exposed_secrets": [SECRET], "exposure_reason": "Whoever may call it sees it."}

MALFORMED = {
    "nothing": {},
    "null": {"exposed_secrets": None, "exposure_reason": None},
    "no secrets": {"exposed_secrets": [], "exposure_reason": "Somebody."},
    "a text": {"exposed_secrets": "secret"},
    "a mapping": {"exposed_secrets": {"0": SECRET}},
    "texts": {"exposed_secrets": ["a", None, 1, ["b"]]},
}


@pytest.fixture
def find(checkov_record):
    """Build the finding of a record with some fields."""

    def make(**fields):
        return build_finding(checkov_record(check_id="CKV2_KEYS_5", **fields), FAILED, "terraform")

    return make


@pytest.mark.parametrize("fields", MALFORMED.values(), ids=MALFORMED)
def test_nothing_is_known(find, fields):
    """A record without secrets is shown as any other, and so is one whose secrets are none."""
    assert not {"found", "ways", "seen"} & find(**fields).keys()


def test_a_secret(find):
    """The key, the argument and the way with its places; the remedy is that of the record, and no key is turned off."""
    found = find(**KNOWN, remedy="Keep it elsewhere. Then replace the key: its secret may have been seen.")
    assert found["found"] == (
        "Holds the secret of aws_iam_access_key.ci in plain sight, in environment.variables: "
        "aws_iam_access_key.ci.secret → local.creds → aws_lambda_function.app"
    )
    assert [
        (
            "The secret of aws_iam_access_key.ci in environment.variables",
            ["aws_iam_access_key.ci.secret (keys.tf:7)", "local.creds (locals.tf)", "aws_lambda_function.app"],
        )
    ] == found["ways"]
    assert "Whoever may call it sees it." == found["seen"]
    assert found["remedy"].startswith("Keep it elsewhere.")
    assert not {"user", "off", "command", "steps", "others"} & found.keys()


PARTIAL = {
    "no fields": ({}, "Holds the ? of ? in plain sight, in ?", None),
    "fields of other types": (
        {"key": ["k"], "attribute": None, "argument": 7, "way": "a → b", "way_omitted": "9"},
        'Holds the ? of ["k"] in plain sight, in 7',
        None,
    ),
    "steps of other types": (
        {**SECRET, "way": [None, "x", {"text": 1, "file": None, "line": "2"}, {"file": "f", "line": -1}]},
        "Holds the secret of aws_iam_access_key.ci in plain sight, in environment.variables: 1 → ?",
        ["1", "? (f)"],
    ),
    "what hides": (
        {**SECRET, "key": "\x1b[31m</script>\u202e", "way": []},
        "Holds the secret of </script> in plain sight, in environment.variables",
        None,
    ),
    "steps left out": (
        {**SECRET, "way": [{"text": "a"}, {"text": "b"}], "way_omitted": 1_234},
        "Holds the secret of aws_iam_access_key.ci in plain sight, in environment.variables: a → b → … 1,234 steps …",
        ["a", "… 1,234 more steps …", "b"],
    ),
}


@pytest.mark.parametrize(("secret", "said", "steps"), PARTIAL.values(), ids=PARTIAL)
def test_results_of_others(find, secret, said, steps):
    """Whatever a secret is in JSON, a page can be made of it."""
    found = find(exposed_secrets=[secret])
    assert said == found["found"]
    assert (steps is None) is ("ways" not in found)
    if steps:
        assert steps == found["ways"][0][1]


def test_bounds(find):
    """A page shows no more than `scan` writes."""
    found = find(exposed_secrets=[{**SECRET, "way": SECRET["way"] * 100}] * 500, exposed_secrets_omitted=10**9)
    assert 100 == len(found["ways"])
    assert 100 == len(found["ways"][0][1])
    assert "and 1,000,000,095 more" in found["found"]
    assert len(found["found"]) < 2_100
