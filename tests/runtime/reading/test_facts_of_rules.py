"""The facts of each rule over HTTP: what is asked, what is judged, and what is named when a call fails."""

import contextlib

import pytest
from breaking_account_server import BreakingAccountServer
from family_account import (
    ALL_FACTS,
    FAULTS,
    QUARANTINE,
    USERS,
    VIOLATING,
    failed,
    judge_at,
    list_lost,
    outcomes_of,
    serve_family,
    unknown,
)

from checkov_keys.domain.errors import AuditError
from checkov_keys.domain.rules.family import DEFAULT_LIVE_RULES, LIVE_RULES
from checkov_keys.runtime.reading.facts_to_read import FactsToRead

# Which rules cannot judge, if a call fails, and whom: rule by rule.
CALLS = {
    "GetAccessKeyLastUsed": {2: {"unused", "two", "used", "leaked", "person"}, 7: {"off"}},
    "GetAccountSummary": {4: {"root"}},
    "ListEntitiesForPolicy": {6: {"two", "used", "unused", "leaked", "person"}},
    "GetLoginProfile": {8: {"two", "used", "unused", "leaked", "person"}},
    "GetCredentialReport": {},
    "ListUserTags": {},
}


@pytest.fixture
def serve():
    """Start a server: `serve(users, faults, …)`."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **settings: stack.enter_context(BreakingAccountServer(*args, **settings))


def test_each_rule_finds_its_users(serve):
    """One record per user and rule, one for the root user; nobody is unjudged."""
    report, _ = judge_at(serve_family(serve).url)
    found = outcomes_of(report)
    assert VIOLATING == failed(found)
    assert {} == unknown(found)
    users = set(USERS)
    assert {number: {"root"} if number == 4 else users for number in VIOLATING} == {
        number: set(names) for number, names in found.items()
    }


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_costs_its_rules_alone(serve, call, fault):
    """No violating user passes or vanishes; the rules that need nothing of the call say what they say without it."""
    report, _ = judge_at(serve_family(serve, {(call, "*"): fault}).url)
    found = outcomes_of(report)
    assert [] == list_lost(report)
    for number, names in VIOLATING.items():
        if number not in CALLS[call]:
            assert names == failed(found)[number]
    for number, names in unknown(found).items():
        assert names <= CALLS[call][number]
    assert all(each.rule and each.reason.isprintable() for each in report.unjudged)


@pytest.mark.parametrize("call", [call for call, rules in CALLS.items() if rules])
def test_a_permission_that_is_missing_is_named(serve, call):
    """Everybody whom a rule needs it for is named by the rule, with the permission to allow."""
    report, _ = judge_at(serve_family(serve, {(call, "*"): "AccessDenied"}).url)
    assert CALLS[call] == unknown(outcomes_of(report))
    assert all(f"allow iam:{call}" in each.reason for each in report.unjudged)


@pytest.mark.parametrize("call", ["ListUsers", "ListAccessKeys"])
@pytest.mark.parametrize("fault", FAULTS)
def test_users_that_cannot_be_read_are_unjudged_by_every_rule(serve, call, fault):
    """Whatever could not be read is named once for all rules."""
    server = serve_family(serve, {(call, "*"): fault})
    with contextlib.suppress(AuditError):
        report, _ = judge_at(server.url)
        assert [] == list_lost(report)
        return
    assert call == "ListUsers"


@pytest.mark.parametrize("rule", LIVE_RULES, ids=lambda rule: rule.text.id)
def test_a_rule_alone_costs_its_calls_alone(serve, rule):
    """Each rule that is left out costs no call."""
    server = serve_family(serve)
    judge_at(server.url, (rule,))
    asked = {action for action, _ in server.calls} - {"ListUsers", "ListAccessKeys", "ListUserTags"}
    expected = {
        "CKV2_KEYS_1": {"GetAccessKeyLastUsed"},
        "CKV2_KEYS_2": {"GetAccessKeyLastUsed", "GetCredentialReport", "GenerateCredentialReport"},
        "CKV2_KEYS_3": {"GetAccessKeyLastUsed"},
        "CKV2_KEYS_4": {"GetAccountSummary"},
        "CKV2_KEYS_6": {"ListEntitiesForPolicy", "GetAccessKeyLastUsed"},
        "CKV2_KEYS_7": {"GetAccessKeyLastUsed"},
        "CKV2_KEYS_8": {"GetLoginProfile", "GetAccessKeyLastUsed"},
    }
    assert expected[rule.text.id] == asked
    # Of other rules than the second, only the keys of whoever violates it.
    asked_keys = server.calls_of("GetAccessKeyLastUsed")
    violating = VIOLATING[int(rule.text.id[-1])]
    keys = {server.key_id(name, number) for name in USERS for number in range(len(USERS[name])) if name in violating}
    if rule.text.id == "CKV2_KEYS_2":
        keys |= {server.key_id(name) for name in ("used", "leaked", "person")}
    assert sorted(keys) == sorted(asked_keys)


def test_the_default_rules_ask_nothing_for_the_others(serve):
    """Rules that run if they are named cost nothing if they are not."""
    server = serve_family(serve)
    judge_at(server.url, DEFAULT_LIVE_RULES)
    assert [] == server.calls_of("GetLoginProfile")
    assert server.key_id("off") not in server.calls_of("GetAccessKeyLastUsed")


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
@pytest.mark.parametrize("policies", [[], [QUARANTINE], [QUARANTINE, "AWSCompromisedKeyQuarantineV3"]])
def test_quarantine_in_each_partition(serve, partition, policies):
    """Three policies are asked for in the account's partition; one that does not exist there is attached to nobody."""
    server = serve(
        {"Ops": ["Active"], "b": ["Active"]}, partition=partition, quarantined={policy: ["ops"] for policy in policies}
    )
    report, _ = judge_at(server.url)
    found = outcomes_of(report)[6]
    assert {"Ops": "FAILED" if policies else "PASSED", "b": "PASSED"} == found
    assert 3 == len(server.calls_of("ListEntitiesForPolicy"))


def test_one_quarantine_policy_that_cannot_be_read(serve):
    """Who is quarantined by another one fails; of others it is not known."""
    faults = {("ListEntitiesForPolicy", "AWSCompromisedKeyQuarantineV3"): "AccessDenied"}
    report, _ = judge_at(serve_family(serve, faults).url)
    found = outcomes_of(report)[6]
    assert ("FAILED", "UNKNOWN", "PASSED", "PASSED") == tuple(found[name] for name in ("leaked", "used", "off", "none"))


def test_a_quarantined_user_that_is_not_listed(serve):
    """A user that AWS quarantined, and did not list, is named."""
    report, _ = judge_at(serve({"a": ["Active"]}, quarantined={QUARANTINE: ["A", "stranger"]}).url)
    assert {"a": "FAILED", "stranger": "UNKNOWN"} == outcomes_of(report)[6]


@pytest.mark.parametrize("pages", [1, 2])
def test_quarantined_users_of_all_pages(serve, pages):
    """AWS may answer fewer users than there are."""
    names = list("abcd")
    users = {name: ["Active"] for name in names}
    server = serve(users, quarantined={QUARANTINE: names}, page_size=4 // pages)
    report, _ = judge_at(server.url)
    assert set(names) == failed(outcomes_of(report))[6]


@pytest.mark.parametrize(
    ("keys", "verdict"), [(0, "PASSED"), (1, "FAILED"), (2, "FAILED"), (-1, "UNKNOWN"), ("x", "UNKNOWN")]
)
def test_the_flag_of_root_keys(serve, keys, verdict):
    """Anything but 0 is a key; what is not a number is not known."""
    report, _ = judge_at(serve({}, root_keys=keys).url)
    assert {"root": verdict} == outcomes_of(report)[4]


@pytest.mark.parametrize(
    ("message", "verdict"), [("NoSuchEntity", "PASSED"), ("AccessDenied", "UNKNOWN"), ("garbage", "UNKNOWN")]
)
def test_a_password(serve, message, verdict):
    """No login profile is no password; no answer is not known."""
    report, _ = judge_at(serve({"a": ["Active"]}, {("GetLoginProfile", "a"): message}).url)
    assert verdict == outcomes_of(report)[8]["a"]


def test_a_snapshot_asks_for_every_last_use(serve):
    """What is judged later, by any thresholds, needs the exact last use of all keys, young ones too."""
    server = serve_family(serve, report="")
    facts = ALL_FACTS._replace(any_thresholds=True)
    report, _ = judge_at(server.url, LIVE_RULES, facts)
    keys = sum(map(len, USERS.values()))
    assert keys == len(server.calls_of("GetAccessKeyLastUsed"))
    assert [] == server.calls_of("GetCredentialReport")
    assert VIOLATING == failed(outcomes_of(report))


def test_tags_exempt_from_the_rules_that_they_name(serve):
    """A tag counts for the rule whose id it holds."""
    tags = {"unused": [("checkov:skip", "CKV2_KEYS_2: a spare / CKV2_KEYS_3: a spare")]}
    report, _ = judge_at(serve_family(serve, tags=tags).url)
    found = outcomes_of(report)
    assert ("SKIPPED", "SKIPPED") == (found[2]["unused"], found[3]["unused"])
    assert "FAILED" == found[2]["two"]


def test_facts_are_not_asked_for_once_aws_has_stopped_answering(serve):
    """After three rounds of failures, the other keys are named without being asked for."""
    users = {f"u{number}": ["Active"] for number in range(100)}
    server = serve(users, {("GetAccessKeyLastUsed", "*"): "garbage"})
    report, _ = judge_at(server.url, DEFAULT_LIVE_RULES[1:2], FactsToRead(DEFAULT_LIVE_RULES[1:2]), workers=2)
    assert {2: dict.fromkeys(users, "UNKNOWN")} == outcomes_of(report)
    assert 20 > len(server.calls_of("GetAccessKeyLastUsed"))
