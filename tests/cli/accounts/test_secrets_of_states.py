"""`checkov-keys remediate --state`: a state that holds secrets of keys is named, and none of them is shown."""

import json

import pytest

HIDDEN = "very-secret"
WARNED = (
    "checkov-keys remediate: warning: state {} holds the {} in plain text, and whoever can read the state can use {}: "
    "keep it where few can, such as an encrypted S3 backend, or set pgp_key, which encrypts the secret"
)
ONE, TWO = ("secret of an access key", "this key"), ("secrets of 2 access keys", "these keys")


def state(*secrets):
    """A state with a key for each secret."""
    instances = [
        {"index_key": number, "attributes": {"id": f"AKIA{number}", "secret": secret, "user": "deployer"}}
        for number, secret in enumerate(secrets)
    ]
    resource = {"mode": "managed", "type": "aws_iam_access_key", "name": "k", "instances": instances}
    return {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "x", "resources": [resource]}


# States {name: secrets of its keys}, and what is said of each.
CASES = {
    "no keys": ({"a": ()}, []),
    "no secrets": ({"a": ("", None)}, []),
    "one": ({"a": (HIDDEN, "")}, [("a", *ONE)]),
    "two in one state": ({"a": (HIDDEN, HIDDEN)}, [("a", *TWO)]),
    "the same keys in two states": ({"a": (HIDDEN, HIDDEN), "b": (HIDDEN,)}, [("a", *TWO), ("b", *ONE)]),
    "a second state without": ({"a": (HIDDEN,), "b": ("",)}, [("a", *ONE)]),
}


@pytest.fixture
def remediate(run_command, iam_server, aws_environment):
    """Plan for an account of one user with two keys; returns the finished process."""

    def run(states, *flags):
        for name, secrets in states.items():
            (run_command.folder / name).write_text(json.dumps(state(*secrets)))
        url = iam_server({"deployer": ["Active", "Active"]}).url
        named = [word for name in states for word in ("--state", name)]
        return run_command("checkov-keys", "remediate", "--endpoint-url", url, *named, *flags, **aws_environment)

    return run


@pytest.mark.parametrize(("states", "said"), CASES.values(), ids=CASES)
def test_one_line_for_each_state(remediate, states, said):
    """It is named with the number of its keys; the plan is what it was, and its exit code too."""
    done = remediate(states, "-o", "json")
    assert [WARNED.format(*words) for words in said] == done.stderr.splitlines()
    assert 1 == done.returncode
    assert ["plan", "unjudged"] == list(json.loads(done.stdout))
    assert HIDDEN not in done.stdout + done.stderr


def test_a_state_that_is_not_one(remediate, run_command):
    """An error is the only line: nothing is said of the states before it."""
    (run_command.folder / "broken").write_text(f'{{"secret": "{HIDDEN}"')
    done = remediate({"a": (HIDDEN,)}, "--state", "broken")
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert HIDDEN not in done.stdout + done.stderr


def test_a_name_that_hides(remediate):
    """The line stays one line, whatever the file is called."""
    done = remediate({"a\n\x1b[31mb": (HIDDEN,)})
    assert [WARNED.format("a b", *ONE)] == done.stderr.splitlines()
