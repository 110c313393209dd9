"""Users that are renamed, made and deleted while an account is read: NoSuchEntity is not believed by itself."""

import pytest
from account_outcomes import ONE_KEY as ONE
from account_outcomes import TWO_KEYS as TWO
from account_outcomes import verdicts_at
from odd_iam_server import no_such_entity, whole

from checkov_keys.runtime.reading import key_reading


class Renamed:
    """IAM while somebody renames, makes and deletes users: a change happens before the nth call of ListAccessKeys."""

    def __init__(self, at, change):
        self.at, self.change, self.calls = at, change, 0

    def __call__(self, server, asked):
        self.calls += 1
        if self.calls == self.at:
            self.change(server)
        return no_such_entity() if asked["UserName"] not in server.users else None


def rename(old, new):
    def change(server):
        server.users[new] = server.users.pop(old)

    return change


def delete(name):
    return lambda server: server.users.pop(name)


def make(name):
    return lambda server: server.users.update({name: ("AIDANEW", [("AKIANEW", "Active")])})


CHANGES = {
    "renamed": (rename("bob", "bert"), {"alice": "PASSED", "bert": "FAILED", "carol": "PASSED"}),
    "deleted": (delete("bob"), {"alice": "PASSED", "carol": "PASSED"}),
    "deleted, another made": (
        lambda server: (delete("bob")(server), make("dave")(server)),
        {"alice": "PASSED", "carol": "PASSED", "dave": "PASSED"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_users_that_change_meanwhile(odd, change, expected):
    """Who is gone is gone, and who is renamed is judged under the new name."""
    server = odd({"alice": ONE, "bob": TWO, "carol": ONE}, ListAccessKeys=Renamed(2, change))
    judged, unjudged = verdicts_at(server, workers=1)
    assert (expected, {}) == (judged, unjudged)


@pytest.mark.parametrize("names", [["bob"], ["alice", "bob", "carol"]], ids=["one", "all"])
def test_no_such_entity_is_not_believed_by_itself(odd, names):
    """Users that AWS still lists are unjudged, and named."""
    server = odd(
        {"alice": ONE, "bob": TWO, "carol": ONE},
        ListAccessKeys=lambda _, asked: no_such_entity() if asked["UserName"] in names else None,
    )
    judged, unjudged = verdicts_at(server)
    assert (set(names), {"alice", "bob", "carol"}) == (set(unjudged), set(judged) | set(unjudged))
    assert "AWS lists this user, and says that there is no such user" in unjudged["bob"]


def test_no_such_entity_where_the_users_cannot_be_listed_again(odd):
    """Nobody knows whether the user is gone."""
    answers = iter([None])

    def list_users(*_):
        return next(answers, whole("ListUsers", "")._replace(body=b"<html/>"))

    server = odd({"alice": ONE, "bob": TWO}, ListUsers=list_users, ListAccessKeys=Renamed(1, delete("bob")))
    judged, unjudged = verdicts_at(server, workers=1)
    assert ({"alice": "PASSED"}, {"bob", "*"}) == (judged, set(unjudged))
    assert "cannot be looked for" in unjudged["bob"]


def test_a_user_renamed_from_a_page_to_one_before(odd):
    """It is on neither page, and nobody is asked for it: the second list names it."""

    def list_users(server, asked):
        names = sorted(server.users)
        if "Marker" in asked:
            if "zoe" in server.users:
                rename("zoe", "aaron")(server)
            names = sorted(server.users)
            return server.list_users(*map(server.user, [name for name in names if name > asked["Marker"]]))
        return server.list_users(
            *map(server.user, names[:2]), more=f"<IsTruncated>true</IsTruncated><Marker>{names[1]}</Marker>"
        )

    server = odd({"bob": ONE, "carol": ONE, "dave": ONE, "zoe": TWO}, ListUsers=list_users)
    judged, unjudged = verdicts_at(server)
    assert ({"aaron": "FAILED", "bob": "PASSED", "carol": "PASSED", "dave": "PASSED"}, {}) == (judged, unjudged)


def test_a_crash_nobody_foresaw_costs_one_user(odd, monkeypatch):
    """The others are judged, and the log has the traceback."""
    real = key_reading.status_named
    monkeypatch.setattr(key_reading, "status_named", lambda text: 1 / 0 if text == "Odd" else real(text))
    judged, unjudged = verdicts_at(odd({"alice": ONE, "bob": [("AKIA{0}1", "Odd")]}))
    assert ({"alice": "PASSED"}, {"bob": "unexpected ZeroDivisionError: the log has its traceback"}) == (
        judged,
        unjudged,
    )
