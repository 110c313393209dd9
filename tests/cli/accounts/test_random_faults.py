"""Audits of accounts whose server breaks at random: nobody who violates the rule passes, or is missing.

CHECKOV_KEYS_AUDITS says how many (40), CHECKOV_KEYS_SEED from which seed; a failure names both.
"""

import json
import os
import random
import re

import pytest
from emulated_aws import CREDENTIALS, isolate
from loopback_http import Answer
from odd_iam_server import OddIamServer, no_such_entity, whole

from checkov_keys.cli.commands import main

COUNT = int(os.environ.get("CHECKOV_KEYS_AUDITS", "40"))
SEED = int(os.environ.get("CHECKOV_KEYS_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
DATES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "1e300", "-5", "", "never", "2024-02-30T00:00:00Z"]
CODES = [
    "AccessDenied",
    "Throttling",
    "ServiceFailure",
    "NoSuchEntity",
    "ExpiredToken",
    "InvalidClientTokenId",
    "::error::",
]
ELEMENT = re.compile(r"<(\w+)>[^<]*</\1>")


def error(chance, _):
    code = chance.choice(CODES)
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{code} \x85 happened</Message></Error></ErrorResponse>"
    return chance.choice([400, 403, 404, 500, 503, 200]), body.encode()


def change_element(replace):
    """A fault that replaces one element at random; what decides about a key is never made to look harmless."""

    def change(chance, text):
        found = list(ELEMENT.finditer(text))
        if not found:
            return 200, text.encode()
        one = chance.choice(found)
        return 200, (text[: one.start()] + replace(chance, one) + text[one.end() :]).encode()

    return change


def flip(chance, text):
    body = bytearray(text.encode())
    for _ in range(chance.randrange(1, 4)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return 200, bytes(body)


def lose_the_marker(chance, text):
    way = chance.choice(
        ["<IsTruncated>TRUE</IsTruncated>", "<isTruncated>true</isTruncated>", "<IsTruncated>1</IsTruncated>"]
    )
    text = re.sub("<Marker>.*?</Marker>", "", text)
    return 200, re.sub("<IsTruncated>.*?</IsTruncated>", way, text).encode()


def date(chance, one):
    return f"<{one[1]}>{chance.choice(DATES)}</{one[1]}>" if one[1].endswith("Date") else one[0]


FAULTS = {
    "error": error,
    "cut": lambda chance, text: (200, text.encode()[: chance.randrange(len(text))]),
    "html": lambda *_: (200, b"<html>sign in</html>"),
    "nothing": lambda *_: (200, b""),
    "flipped bytes": flip,
    "an element less": change_element(lambda _, one: "" if one[1] not in {"IsTruncated", "Marker"} else one[0]),
    "an element twice": change_element(lambda _, one: one[0] * 2),
    "an element in another case": change_element(lambda _, one: f"<{one[1].upper()}>x</{one[1].upper()}>"),
    "an odd date": change_element(date),
    "members twice": lambda _, text: (200, re.sub(r"<member>.*?</member>", r"\g<0>\g<0>", text).encode()),
    "results twice": lambda _, text: (200, re.sub(r"<(\w+Result)>.*</\1>", r"\g<0>\g<0>", text).encode()),
    "no marker": lose_the_marker,
    "false, and a marker": lambda _, text: (200, text.replace(">true</IsT", ">False</IsT").encode()),
    "other account": lambda _, text: (200, text.replace("123456789012", "999999999999").encode()),
}


class RandomFaults:
    """What IAM answers in pages of a random size, with faults, and users that are renamed and deleted meanwhile."""

    def __init__(self, chance):
        self.chance = chance
        self.page, self.share = chance.randrange(1, 6), chance.choice([0.02, 0.1, 0.4])
        self.cached = None
        self.changed = set()
        names = [f"user-{number}" for number in range(chance.randrange(1, 12))]
        users = [(name, f"AIDA{name}", self._keys(number)) for number, name in enumerate(names)]
        answers = {"ListUsers": self.list_users, "ListAccessKeys": self.list_keys}
        self.server = OddIamServer(users, answers)
        self.violating = {name for name, _, keys in users if sum(status == "Active" for _, status in keys) > 1}

    def _keys(self, number):
        statuses = self.chance.choices(["Active", "Inactive"], k=self.chance.randrange(4))
        return [(f"AKIA{number:03d}{which}", status) for which, status in enumerate(statuses)]

    def list_users(self, server, asked):
        names = sorted(server.users)
        start = int(asked.get("Marker", 0))
        return self._fail(
            "ListUsers",
            server.list_users(*map(server.user, names[start : start + self.page]), more="")
            + self._more(start, len(names)),
        )

    def list_keys(self, server, asked):
        name = asked["UserName"]
        if self.chance.random() < self.share / 5:
            self._change(server)
        if name not in server.users:
            return no_such_entity()
        keys = [server.key(name, *key) for key in server.users[name][1]]
        start = int(asked.get("Marker", 0))
        if not keys:
            return None
        text = server.list_keys("", *keys[start : start + self.page], more=self._more(start, len(keys)))
        if self.cached and self.chance.random() < self.share:
            text = self.cached
        self.cached = text
        return self._fail("ListAccessKeys", text)

    def _more(self, start, count):
        more = start + self.page < count
        marker = f"<Marker>{start + self.page}</Marker>" if more else ""
        return f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}"

    def _change(self, server):
        name = self.chance.choice(sorted(server.users) or [""])
        if name and len(server.users) > 1:
            entry = server.users.pop(name)
            self.changed.add(name)
            if self.chance.random() < 0.5:
                server.users[f"{name}-renamed"] = entry
                self.changed.add(f"{name}-renamed")

    def _fail(self, action, text):
        answer = whole(action, text)
        if self.chance.random() >= self.share:
            return answer
        status, body = self.chance.choice(list(FAULTS.values()))(self.chance, answer.body.decode())
        return answer._replace(status=status, body=body)


@pytest.fixture
def audit_once(monkeypatch, tmp_path, capsys):
    """Audit a server in this process, with one attempt a call; returns exit code, standard output and error."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {**isolate(tmp_path), **CREDENTIALS, "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def audit(url, *flags):
        code = main(["audit", "--endpoint-url", url, "--max-wait-minutes", "0.5", "-o", "json", *flags])
        return code, *capsys.readouterr()

    return audit


def names_of(entries, field):
    return {entry[field].rpartition("/")[2] for entry in entries}


@pytest.mark.parametrize("number", range(COUNT))
def test_random_faults(audit_once, number):
    """Each audit ends, with 1 only if it has findings, and says of each violating user that it fails or is unjudged."""
    faults = RandomFaults(random.Random(f"{SEED}-{number}"))  # noqa: S311
    with faults.server as server:
        code, out, err = audit_once(server.url, "--check", "CKV2_KEYS_1")
    about = f"CHECKOV_KEYS_SEED={SEED} number {number}: exit code {code}\n{out}\n{err}"
    assert "Traceback" not in err, about
    if not out:
        assert code == 2, about
        return
    results = json.loads(out)["results"]
    failed, passed = names_of(results["failed_checks"], "resource"), names_of(results["passed_checks"], "resource")
    unjudged = names_of(results.get("unjudged", ()), "address")
    assert code == (2 if unjudged else int(bool(failed))), about
    assert failed <= faults.violating | faults.changed, about
    assert not passed & faults.violating, about
    if "*" not in unjudged:
        assert faults.violating - faults.changed <= failed | unjudged, about


@pytest.mark.parametrize("number", range(COUNT // 2))
def test_random_faults_of_all_rules(audit_once, number):
    """Whatever is broken at random, each rule fails or names those who violate it; the account always has some."""
    chance = random.Random(f"{SEED}-all-{number}")  # noqa: S311
    share = chance.choice([0.05, 0.2, 0.5])

    def fail(action):
        def answer(server, asked):
            good = getattr(server, f"_{action}")(asked)
            if chance.random() >= share or isinstance(good, Answer):
                return good
            status, body = chance.choice(list(FAULTS.values()))(chance, whole(action, good).body.decode())
            return Answer(status, body)

        return answer

    calls = ("GetAccountSummary", "GetAccessKeyLastUsed", "ListEntitiesForPolicy", "GetLoginProfile", "ListUserTags")
    keys = [("off", [("AKIA0", "Inactive")]), ("two", [("AKIA1", "Active"), ("AKIA2", "Active")])]
    users = [(name, f"AIDA{name}", held) for name, held in [*keys, ("leaked", [("AKIA3", "Active")])]]
    violating = {
        1: ["two"],
        2: ["two", "leaked"],
        3: ["two", "leaked"],
        4: ["root"],
        6: ["leaked"],
        7: ["off"],
        8: ["leaked"],
    }
    with OddIamServer(users, {call: fail(call) for call in calls}, root_keys=1, owned=["leaked"]) as server:
        code, out, err = audit_once(server.url, "--all-rules")
    about = f"CHECKOV_KEYS_SEED={SEED} all rules, number {number}: exit code {code}\n{out}\n{err}"
    assert "Traceback" not in err, about
    assert out, about
    results = json.loads(out)["results"]
    said = {(each["check_id"], short(each["resource"])) for each in results["failed_checks"]}
    said |= {(each["rule"], short(each["address"])) for each in results["unjudged"]}
    expected = {(f"CKV2_KEYS_{rule}", name) for rule, names in violating.items() for name in names}
    assert expected <= said, about
    assert code == (2 if results["unjudged"] else 1), about


def short(address):
    return address.rpartition(":")[2].rpartition("/")[2]
