"""The family of rules by the real command, over an account in which each of them has somebody to find."""

import json
from datetime import datetime, timedelta, timezone

import pytest
from family_account import TODAY, USERS, VIOLATING, serve_family

RULES = [f"CKV2_KEYS_{number}" for number in VIOLATING]
DEFAULT = [rule for rule in RULES if rule[-1] not in "78"]


@pytest.fixture
def account(iam_server):
    """Such an account."""
    return serve_family(lambda users, faults, **settings: iam_server(users, faults, None, **settings))


def found(text, kind="failed_checks"):
    records = json.loads(text)["results"][kind]
    names = {}
    for each in records:
        names.setdefault(each["check_id"], set()).add(each["resource"].rpartition(":")[2].rpartition("/")[2])
    return names


def expected(*rules):
    return {rule: VIOLATING[int(rule[-1])] for rule in rules}


@pytest.mark.parametrize("flags", [(), ("--check", "CKV2_KEYS_*", "--skip-check", "CKV2_KEYS_7,CKV2_KEYS_8")])
def test_the_default_rules(account, run_command, aws_environment, flags):
    """Without a choice, all rules run but those that run if they are named."""
    command = ("checkov-keys", "audit", "--endpoint-url", account.url, *flags, "-o", "json")
    done = run_command(*command, **aws_environment)
    assert (1, expected(*DEFAULT)) == (done.returncode, found(done.stdout))


def test_all_rules(account, audit):
    """--all-rules adds the others."""
    done = audit(account.url, "--all-rules", "-o", "json")
    assert (1, expected(*RULES)) == (done.returncode, found(done.stdout))


@pytest.mark.parametrize("rule", RULES)
def test_one_rule(account, audit, rule):
    """A rule that is named runs alone."""
    done = audit(account.url, "--check", rule, "-o", "json")
    assert (1, expected(rule)) == (done.returncode, found(done.stdout))
    users = {"root"} if rule[-1] == "4" else set(USERS)
    assert {rule: users - VIOLATING[int(rule[-1])]} == found(done.stdout, "passed_checks") or users == expected(rule)[
        rule
    ]


SOFT = {
    "by id": (("--soft-fail-on", ",".join(RULES)), 0),
    "all but one by id": (("--soft-fail-on", ",".join(RULES[1:])), 1),
    "by severity": (("--soft-fail-on", "CRITICAL"), 0),
    "by a lower severity": (("--soft-fail-on", "MEDIUM"), 1),
    "altogether": (("--soft-fail",), 0),
    "altogether, but for one": (("--soft-fail", "--hard-fail-on", "CKV2_KEYS_6"), 1),
}


@pytest.mark.parametrize(("flags", "code"), SOFT.values(), ids=SOFT)
def test_exit_codes(account, audit, flags, code):
    """Flags for the exit code mean the rules whose ids or severities they name."""
    assert code == audit(account.url, "--all-rules", "--quiet", *flags).returncode


THRESHOLDS = {
    "unused for longer": (("--unused-days", "36500"), {**expected(*DEFAULT), "CKV2_KEYS_2": set()}),
    "unused at once": (
        ("--unused-days", "0"),
        {**expected(*DEFAULT), "CKV2_KEYS_2": {"two", "used", "unused", "leaked", "person"}},
    ),
    "old later": (("--max-age-days", "36500"), {**expected(*DEFAULT), "CKV2_KEYS_3": set()}),
}


@pytest.mark.parametrize(("flags", "names"), THRESHOLDS.values(), ids=THRESHOLDS)
def test_thresholds(account, audit, run_command, flags, names):
    """They count for live accounts and for snapshots of them, which hold what any threshold needs."""
    names = {rule: found_names for rule, found_names in names.items() if found_names}
    by_default = ("--skip-check", "CKV_AWS_1")
    audit(account.url, "--all-rules", "--save-snapshot", "evidence", "--quiet")
    judged = run_command("checkov-keys", "audit", "--from-snapshot", "evidence", *flags, "-o", "json")
    live = audit(account.url, *by_default, *flags, "-o", "json")
    assert (1, names, names) == (live.returncode, found(live.stdout), found(judged.stdout))


@pytest.mark.parametrize("flag", ["--unused-days", "--max-age-days", "--left-over-days"])
@pytest.mark.parametrize("value", ["-1", "1000000", "1.5", "", "x", "٣"])
@pytest.mark.parametrize("command", ["audit", "remediate"])
def test_thresholds_that_cannot_be(run_command, aws_environment, command, flag, value):
    """One line with the flag, before AWS is asked anything."""
    nowhere = ("--endpoint-url", "http://127.0.0.1:9")
    done = run_command("checkov-keys", command, *nowhere, f"{flag}={value}", **aws_environment)
    assert (2, "") == (done.returncode, done.stdout)
    assert f"argument {flag}: '{value}': expected a number of days from 0 to 36500" in done.stderr


def test_a_snapshot_of_one_rule(account, audit, run_command):
    """What nobody read for the other rules is not judged by them, by name, and costs the exit code."""
    audit(account.url, "--check", "CKV2_KEYS_1", "--save-snapshot", "evidence")
    done = run_command("checkov-keys", "audit", "--from-snapshot", "evidence", "-o", "json")
    unjudged = {
        (each["rule"], each["address"].rpartition(":")[2]) for each in json.loads(done.stdout)["results"]["unjudged"]
    }
    assert 2 == done.returncode
    assert ("CKV2_KEYS_4", "root") in unjudged
    assert {"CKV2_KEYS_2", "CKV2_KEYS_4", "CKV2_KEYS_6"} == {rule for rule, _ in unjudged}
    assert expected("CKV2_KEYS_1", "CKV2_KEYS_3") == {
        rule: names for rule, names in found(done.stdout).items() if rule in {"CKV2_KEYS_1", "CKV2_KEYS_3"}
    }


def test_a_snapshot_of_version_1(account, audit, run_command):
    """A file from before the family is judged by the first rule; what it lacks for others is said of each."""
    audit(account.url, "--check", "CKV2_KEYS_1", "--save-snapshot", "evidence")
    file = run_command.folder / "evidence"
    document = json.loads(file.read_text())
    document["version"] = 1
    for each in document["accounts"]:
        each["signing_key"] = None
        for field in ("signing_keys", "root_has_key", "caller"):
            del each[field]
        for user in each["users"]:
            del user["has_password"], user["quarantine"]
            for key in user["keys"]:
                del key["last_use_fault"]
    file.write_text(json.dumps(document))
    first = run_command("checkov-keys", "audit", "--from-snapshot", "evidence", "--check", "CKV2_KEYS_1", "-o", "json")
    assert (1, expected("CKV2_KEYS_1")) == (first.returncode, found(first.stdout))
    others = run_command("checkov-keys", "audit", "--from-snapshot", "evidence")
    assert 2 == others.returncode
    assert "the snapshot does not hold it: read the account again" in " ".join(others.stdout.split())


def test_a_baseline_knows_rules(account, audit):
    """A finding of another rule about the same user is new."""
    audit(account.url, "--check", "CKV2_KEYS_1,CKV2_KEYS_3", "--create-baseline")
    done = audit(account.url, "--all-rules", "--baseline", ".checkov.baseline", "-o", "json")
    known = {"CKV2_KEYS_1", "CKV2_KEYS_3"}
    assert expected(*(rule for rule in RULES if rule not in known)) == found(done.stdout)


def test_exemptions_name_rules(account, audit, run_command):
    """An entry skips the findings of the rules that it names, for the root user too."""
    (run_command.folder / "exempt.yaml").write_text(
        "- {arn: 'arn:aws:iam::*:user/*', reason: known, rules: [CKV2_KEYS_2, CKV2_KEYS_3]}\n"
        "- {arn: 'arn:aws:iam::123456789012:root', reason: two safes, rules: CKV2_KEYS_4}\n"
        "- {arn: 'arn:aws:iam::*:user/leaked', reason: old entry}\n"
    )
    done = audit(account.url, "--all-rules", "--exemptions", "exempt.yaml", "-o", "json")
    assert expected("CKV2_KEYS_2", "CKV2_KEYS_3", "CKV2_KEYS_4") == found(done.stdout, "skipped_checks")
    assert expected("CKV2_KEYS_1", "CKV2_KEYS_6", "CKV2_KEYS_7", "CKV2_KEYS_8") == found(done.stdout)


def test_every_format_names_every_finding(account, audit, run_command, validate_sarif):
    """One rule object each in SARIF, which is valid; the key, its age, its last use and the day in each message."""
    names = ("cli", "json", "junitxml", "sarif", "csv", "github_failed_only", "gitlab_sast")
    flags = [flag for name in names for flag in ("-o", name)]
    audit(account.url, "--all-rules", *flags, "--output-file-path", "out")
    texts = {file.name: file.read_text() for file in (run_command.folder / "out").iterdir()}
    assert len(names) == len(texts)
    for name, text in texts.items():
        assert [] == [rule for rule in RULES if rule not in text], name
    (log,) = [text for name, text in texts.items() if name.endswith(".sarif")]
    assert [] == validate_sarif(log)
    run = json.loads(log)["runs"][0]
    assert RULES == sorted(rule["id"] for rule in run["tool"]["driver"]["rules"])
    assert len({rule["name"] for rule in run["tool"]["driver"]["rules"]}) == len(RULES)
    (unused,) = [
        each["message"]["text"]
        for each in run["results"]
        if each["ruleId"] == "CKV2_KEYS_2" and "user unused" in each["message"]["text"]
    ]
    day = (datetime(2024, 1, 2, tzinfo=timezone.utc) + timedelta(days=45)).date()
    for said in (account.key_id("unused"), "created 2024-01-02", "never used", f"45 days were over on {day}"):
        assert said in unused
    results = json.loads(log)["runs"][0]["results"]
    assert (
        sum(map(len, VIOLATING.values())) == len(results) == len({str(each["partialFingerprints"]) for each in results})
    )


PLANS = {
    "CKV2_KEYS_1": (["aws iam update-access-key"], "Turn off"),
    "CKV2_KEYS_2": (["aws iam update-access-key"], "the user's last active key"),
    "CKV2_KEYS_3": (["aws iam create-access-key", "aws iam get-access-key-last-used"], "Rotate"),
    "CKV2_KEYS_4": (["aws sts assume-root --target-principal 123456789012"], "sign in as the root user"),
    "CKV2_KEYS_6": (["aws iam update-access-key", "aws cloudtrail lookup-events"], "look at what it did"),
    "CKV2_KEYS_7": (["aws iam delete-access-key"], "this tool deletes nothing"),
    "CKV2_KEYS_8": (["aws iam delete-login-profile"], "Decide by hand"),
}


@pytest.fixture
def remediate(account, run_command, aws_environment):
    """Plan at the account."""
    return lambda *flags, **more: run_command(
        "checkov-keys", "remediate", "--endpoint-url", account.url, *flags, **{**aws_environment, **more}
    )


@pytest.mark.parametrize(("rule", "plan"), PLANS.items(), ids=PLANS)
def test_a_plan_for_each_rule(remediate, account, rule, plan):
    """Each violating user has a decision with its reason, and what a person is to run; nothing is changed."""
    commands, said = plan
    done = remediate("--rule", rule, "-o", "json")
    decisions = json.loads(done.stdout)["plan"]
    names = {each["resource"].rpartition(":")[2].rpartition("/")[2] for each in decisions}
    assert (1, VIOLATING[int(rule[-1])]) == (done.returncode, names)
    shown = remediate("--rule", rule, COLUMNS="500").stdout
    turned = 1 if rule in {"CKV2_KEYS_1", "CKV2_KEYS_2"} else 0
    by_hand = f"{len(decisions) - turned} by hand, " if len(decisions) > turned else ""
    assert shown.startswith(f"{turned} to turn off, {by_hand}0 left alone, 0 not judged")
    assert [] == [command for command in commands if command not in shown]
    assert said in shown
    keys = {each["key"] for each in decisions if each["key"]}
    assert keys == ({account.key_id("two")} if rule in {"CKV2_KEYS_1", "CKV2_KEYS_2"} else set())
    assert not [action for action, _ in account.calls if action.startswith(("Update", "Delete", "Create"))]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule[-1] not in "12"])
def test_rules_for_which_nothing_is_turned_off(remediate, rule):
    """--apply is refused: what these ask for is for a person."""
    done = remediate("--rule", rule, "--apply", "--yes")
    assert (2, "") == (done.returncode, done.stdout)
    assert f"never done for {rule}" in done.stderr


def test_an_unknown_rule(remediate):
    """The rules that there are stand in the line."""
    done = remediate("--rule", "CKV2_KEYS_5")
    assert 2 == done.returncode
    assert "invalid choice: 'CKV2_KEYS_5'" in done.stderr


def test_unused_keys_are_turned_off(violators, apply, rollback):
    """`remediate --rule CKV2_KEYS_2 --apply` turns one of two unused keys off, never the last one; it can be undone."""
    account = violators(users=(21, 20))
    done = apply(account, "--rule", "CKV2_KEYS_2")
    assert (1, 2) == (done.returncode, len(account.inactive())), done.stdout + done.stderr
    assert "the user's last active key" in " ".join(done.stdout.split())
    assert 0 == rollback(account).returncode
    assert [] == account.inactive()


def test_the_same_account_twice(account, audit):
    """Two audits of one account say the same, whatever the order of its answers."""
    first, second = (json.loads(audit(account.url, "--all-rules", "-o", "json").stdout)["results"] for _ in range(2))
    assert [each["resource"] for each in first["failed_checks"]] == [
        each["resource"] for each in second["failed_checks"]
    ]
    assert TODAY[:4].isdecimal()
