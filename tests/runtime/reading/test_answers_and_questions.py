"""What AWS answers is held against what was asked: nobody passes by the answer to another question."""

import logging

import pytest
from account_outcomes import ONE_KEY as ONE
from account_outcomes import TWO_KEYS as TWO
from account_outcomes import verdicts_at
from odd_iam_server import whole

from checkov_keys.domain.rules.one_active_key import judge_user
from checkov_keys.domain.users import NoUse
from checkov_keys.runtime.reading.collector import collect_account
from checkov_keys.runtime.session.aws_session import AwsSession

MORE = {
    "a Marker alone": "<Marker>{next}</Marker>",
    "false, and a Marker": "<IsTruncated>false</IsTruncated><Marker>{next}</Marker>",
    "TRUE": "<IsTruncated>TRUE</IsTruncated><Marker>{next}</Marker>",
    "1": "<IsTruncated>1</IsTruncated><Marker>{next}</Marker>",
    "isTruncated": "<isTruncated>true</isTruncated><Marker>{next}</Marker>",
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_more_in_any_spelling(odd, more):
    """Both lists go on wherever AWS half says that there is more."""

    def list_users(server, asked):
        names = sorted(server.users)
        page = int(asked.get("Marker", 0))
        last = page + 1 == len(names)
        return server.list_users(server.user(names[page]), more="" if last else more.format(next=page + 1))

    def list_keys(server, asked):
        keys = server.users[asked["UserName"]][1]
        page = int(asked.get("Marker", 0))
        shown = server.key(asked["UserName"], *keys[page])
        return server.list_keys("", shown, more="" if page + 1 == len(keys) else more.format(next=page + 1))

    server = odd({"alice": ONE, "bob": TWO, "carol": TWO}, ListUsers=list_users, ListAccessKeys=list_keys)
    assert ({"alice": "PASSED", "bob": "FAILED", "carol": "FAILED"}, {}) == verdicts_at(server)


NO_WAY_ON = ["<IsTruncated>TRUE</IsTruncated>", "<isTruncated>true</isTruncated>", "<IsTruncated> yes </IsTruncated>"]
NO_WAY_ON += ["<IsTruncated/><marker>2</marker>", "<IsTruncated></IsTruncated>"]


@pytest.mark.parametrize("more", NO_WAY_ON)
def test_more_without_a_way_to_get_it(odd, more):
    """The user is not judged by the keys of the first page."""
    server = odd(
        {"alice": ONE, "bob": ONE},
        ListAccessKeys=lambda server, asked: (
            server.list_keys("alice", more=more) if asked["UserName"] == "alice" else None
        ),
    )
    judged, unjudged = verdicts_at(server)
    assert ({"bob": "PASSED"}, ["alice"]) == (judged, list(unjudged))
    assert "truncated, without a Marker" in unjudged["alice"]


def twice(server, asked):
    one = server.list_keys(asked["UserName"], server.key(asked["UserName"], "AKIA9"))
    text = f"<ListAccessKeysResult>{one}</ListAccessKeysResult>" * 2
    return whole("ListAccessKeys", "")._replace(body=f"<R>{text}</R>".encode())


NOT_ANSWERS = {
    "one cached answer for everybody": (
        lambda server, _: server.list_keys("", server.key("alice", "AKIAALICE1")),
        "is about user 'alice' instead",
    ),
    "entries without a user": (
        lambda server, asked: server.list_keys("", server.key(asked["UserName"], "AKIA9", UserName=None)),
        "lacks 'UserName'",
    ),
    "two results": (twice, "more than one ListAccessKeysResult"),
    "one key for everybody": (
        lambda server, asked: server.list_keys("", server.key(asked["UserName"], "AKIAALICE1")),
        "AKIAALICE1 for another user too",
    ),
    "a key with two statuses": (
        lambda server, asked: server.list_keys(
            "", server.key(asked["UserName"], "AKIA9"), server.key(asked["UserName"], "AKIA9", "Inactive")
        ),
        "gives access key AKIA9 two statuses",
    ),
}


@pytest.mark.parametrize(("answer", "reason"), NOT_ANSWERS.values(), ids=NOT_ANSWERS)
def test_answers_to_another_question(odd, answer, reason):
    """Whoever has two keys is unjudged, and never passes."""
    server = odd({"alice": ONE, "bob": TWO, "carol": TWO}, ListAccessKeys=answer)
    judged, unjudged = verdicts_at(server)
    assert {"bob", "carol"} <= unjudged.keys()
    assert set() == judged.keys() & {"bob", "carol"}
    assert reason in unjudged["bob"]


def test_names_are_not_told_apart_by_case(odd):
    """AWS may spell a name as it was created."""
    server = odd(
        {"Ops": TWO},
        ListAccessKeys=lambda server, _: server.list_keys("", server.key("OPS", "A"), server.key("ops", "B")),
    )
    assert ({"Ops": "FAILED"}, {}) == verdicts_at(server)


ODD_USERS = {
    "of another account": {"Arn": "arn:aws:iam::999999999999:user/bob"},
    "with the ARN of another": {"Arn": "arn:aws:iam::123456789012:user/carol"},
    "with no ARN at all": {"Arn": "bob"},
    "twice named": {"UserName": ["bob", "bob"]},
    "without a date": {"CreateDate": None},
}


@pytest.mark.parametrize("fields", ODD_USERS.values(), ids=ODD_USERS)
def test_users_of_other_answers(odd, fields):
    """One odd entry of the list costs that user, and the account is still told by its caller."""

    def list_users(server, _):
        return server.list_users(server.user("alice"), server.user("bob", **fields), server.user("dave"))

    judged, unjudged = verdicts_at(odd({"alice": ONE, "bob": TWO, "dave": TWO}, ListUsers=list_users))
    assert ({"alice": "PASSED", "dave": "FAILED"}, 1) == (judged, len(unjudged))


def test_entries_count_once(odd):
    """A user listed twice is one, and a key listed twice, on one page or on two, makes nobody fail."""

    def list_users(server, _):
        return server.list_users(*map(server.user, ["alice", "alice", "bob"]))

    def list_keys(server, asked):
        shown = [server.key(asked["UserName"], f"AKIA{asked['UserName']}")] * 2
        more = "" if "Marker" in asked else "<IsTruncated>true</IsTruncated><Marker>2</Marker>"
        return server.list_keys("", *shown, more=more)

    server = odd({"alice": ONE, "bob": ONE}, ListUsers=list_users, ListAccessKeys=list_keys)
    account = collect_account(AwsSession(endpoint_url=server.url))
    assert [("alice", 1), ("bob", 1)] == [(user.name, len(user.keys)) for user in account.users]


ODD_DATES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
ODD_DATES += ["99999999999999999999", "-1e308", "nan", "inf", "1e400", "yesterday", "", "2024-13-45T99:99:99Z", "ﾟ²٣"]


@pytest.mark.parametrize("date", ODD_DATES)
@pytest.mark.parametrize("where", ["user", "password", "key", "last use"])
def test_odd_dates_cost_no_verdict(odd, caplog, date, where):
    """The verdict stands; a last use that nobody can read is never taken for none."""
    caplog.set_level(logging.WARNING, "checkov_keys")

    def list_users(server, _):
        fields = {"CreateDate": date} if where == "user" else {"PasswordLastUsed": date} if where == "password" else {}
        return server.list_users(server.user("alice"), server.user("bob", **fields))

    def list_keys(server, asked):
        fields = {"CreateDate": date} if where == "key" and asked["UserName"] == "bob" else {}
        keys = server.users[asked["UserName"]][1]
        return server.list_keys("", *(server.key(asked["UserName"], *key, **fields) for key in keys))

    def last_used(*_):
        used = f"<LastUsedDate>{date}</LastUsedDate><ServiceName>s3</ServiceName><Region>us-east-1</Region>"
        answer = f"<UserName>bob</UserName><AccessKeyLastUsed>{used}</AccessKeyLastUsed>"
        return answer if where == "last use" else None

    server = odd(
        {"alice": ONE, "bob": TWO}, ListUsers=list_users, ListAccessKeys=list_keys, GetAccessKeyLastUsed=last_used
    )
    account = collect_account(AwsSession(endpoint_url=server.url))
    assert ["PASSED", "FAILED"] == [judge_user(user).value for user in account.users]
    assert () == account.unjudged
    expected = NoUse.NOT_READ if where == "last use" else NoUse.NEVER
    assert {expected} == {key.last_use for key in account.users[1].keys}
    warned = [record for record in caplog.records if record.name.startswith("checkov_keys")]
    assert (where in {"key", "last use"}) is bool(warned)


NO_USE = "<AccessKeyLastUsed><ServiceName>N/A</ServiceName></AccessKeyLastUsed>"
LAST_USES = {
    "of another user": f"<UserName>alice</UserName>{NO_USE}",
    "of nobody": NO_USE,
    "with a service and no date": (
        "<UserName>bob</UserName><AccessKeyLastUsed><ServiceName>s3</ServiceName></AccessKeyLastUsed>"
    ),
}


@pytest.mark.parametrize("answer", LAST_USES.values(), ids=LAST_USES)
def test_last_uses_of_others(odd, answer):
    """It was not read: "never used" would be a reason to turn the key off."""
    server = odd({"alice": ONE, "bob": TWO}, GetAccessKeyLastUsed=lambda *_: answer)
    account = collect_account(AwsSession(endpoint_url=server.url))
    assert {NoUse.NOT_READ} == {key.last_use for key in account.users[1].keys}
