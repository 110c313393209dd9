"""`list`, `checks-dir`, `doctor`, `demo`, and the command itself."""

import json
import re
import sys
from importlib.metadata import version

import pytest

import checkov_keys
from checkov_keys.cli.commands import COMMANDS, build_parser, main

VERSIONS = f"checkov-keys {checkov_keys.__version__}\nCheckov {version('checkov')}\nboto3 {version('boto3')}\n"


def test_the_module_is_the_command(run_command):
    """`python -m checkov_keys` does the same, and the version is that of the package."""
    assert VERSIONS == run_command(sys.executable, "-m", "checkov_keys", "--version").stdout
    assert checkov_keys.__version__ == version("checkov-keys")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_versions(name, capsys):
    """Every command shows the three versions that a bug report needs, whatever else is on its line."""
    assert (0, VERSIONS) == (main([name, "--version"]), capsys.readouterr().out)
    if name != "scan":
        with pytest.raises(SystemExit) as ended:
            build_parser(name).parse_args(["--version"])
        assert (None, VERSIONS) == (ended.value.code or None, capsys.readouterr().out)


def test_versions_of_what_is_not_here(monkeypatch, capsys):
    """What is not installed is said to be so."""
    monkeypatch.setattr("checkov_keys.cli.versions._OTHERS", (("Checkov", "no-such-package-here"),))
    assert 0 == main(["--version"])
    assert "Checkov is not installed" in capsys.readouterr().out


MISTYPED = {
    "a command": (("audt",), "unknown command 'audt'; did you mean audit?"),
    "a flag": (("audit", "--quite"), "unrecognized arguments: --quite; did you mean --quiet?"),
    "a flag with a value": (("list", "--ouput=json"), "did you mean --output?"),
    "two flags": (("remediate", "--aply", "--organisation"), "did you mean --apply and --organization?"),
    "nothing like it": (("audit", "--zzz"), "unrecognized arguments: --zzz; checkov-keys audit --help shows all flags"),
    "what cannot be printed": (("audit", "--quie\x1bt"), "did you mean --quiet?"),
}


@pytest.mark.parametrize(("arguments", "said"), MISTYPED.values(), ids=MISTYPED)
def test_what_is_meant(arguments, said, capsys):
    """A mistyped command or flag is answered in one line with what is spelled most like it, and exit code 2."""
    assert 2 == main(list(arguments))
    shown = capsys.readouterr()
    assert ("", 1) == (shown.out, len(shown.err.splitlines()))
    assert said in shown.err
    assert "\x1b" not in shown.err


@pytest.mark.parametrize("arguments", [(), ("frobnicate",)])
def test_no_such_command(run_command, arguments):
    """The commands are listed on standard error, exit code 2."""
    done = run_command("checkov-keys", *arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert "checks-dir" in done.stderr


# Where each rule applies, when it runs, and the days that it is judged by.
FAMILY = {
    "CKV2_KEYS_1": (["live accounts", "templates"], "by default", {}),
    "CKV2_KEYS_2": (["live accounts"], "by default", {"--unused-days": 45}),
    "CKV2_KEYS_3": (["live accounts"], "by default", {"--max-age-days": 90}),
    "CKV2_KEYS_4": (["live accounts"], "by default", {}),
    "CKV2_KEYS_5": (["templates"], "by default", {}),
    "CKV2_KEYS_6": (["live accounts"], "by default", {}),
    "CKV2_KEYS_7": (["live accounts", "templates"], "if named", {"--left-over-days": 90}),
    "CKV2_KEYS_8": (["live accounts"], "if named", {}),
}


def test_list_as_data(run_command):
    """Each rule with its texts; frameworks are named for those that apply to templates only."""
    rules = json.loads(run_command("checkov-keys", "list", "-o", "json").stdout)
    assert FAMILY == {each["id"]: (each["applies_to"], each["runs"], each["thresholds"]) for each in rules}
    texts = {"name", "title", "severity", "category", "guideline", "why", "remedy"}
    for rule in rules:
        assert {"id", "applies_to", "runs", "thresholds", "benchmarks", "frameworks", *texts} == rule.keys()
        assert all(rule[name] for name in texts)
        assert (
            ("terraform_plan" in rule["frameworks"]) is bool(rule["frameworks"]) is ("templates" in rule["applies_to"])
        )
    assert "1.13" == rules[0]["benchmarks"]["CIS AWS Foundations v1.3 to v4.0.1"][0]["name"]


def test_list_for_people(run_command):
    """The same in words."""
    parts = dict(zip(FAMILY, run_command("checkov-keys", "list").stdout.split("\n\n")))
    for rule, (places, runs, days) in FAMILY.items():
        assert parts[rule].startswith(f"{rule} [")
        assert f"  Applies to: {' and '.join(places)}\n  Runs: {runs}" in parts[rule]
        assert ("  Days: " in parts[rule]) is bool(days)
        assert all(f"  Days: {flag} (default: {number})\n" in parts[rule] for flag, number in days.items())
    assert "Benchmarks" not in parts["CKV2_KEYS_7"]


def test_doctor(run_command):
    """Each language is proved in the installed Checkov."""
    done = run_command("checkov-keys", "doctor")
    assert (0, 8) == (done.returncode, done.stdout.count(" ok\n"))
    assert f"checkov {version('checkov')}" in done.stdout
    for places, named in (
        ("templates", "CKV2_KEYS_1, CKV2_KEYS_5, CKV2_KEYS_7 (if named)"),
        ("live accounts", "CKV2_KEYS_1, CKV2"),
    ):
        assert f"rules for {places}: {named}" in done.stdout


SILENT = """
from checkov_keys.domain.rules.family import TEMPLATE_RULES
from checkov_keys.domain.rules.rule import Verdict
for rule in TEMPLATE_RULES:
    if rule.text.id == "{}":
        object.__setattr__(rule, "judge_key", lambda key, over_user: Verdict.PASSED)
"""


BLIND = """
from checkov_keys.iac.common.places import Place
Place.holds = lambda self, resource_type, argument: False
"""


def test_doctor_finds_a_table_without_sinks(run_command, tmp_path):
    """Every language in which secrets are followed is named, and no other."""
    (tmp_path / "sitecustomize.py").write_text(BLIND)
    done = run_command("checkov-keys", "doctor", PYTHONPATH=str(tmp_path))
    said = "BROKEN: does not fail a template that violates CKV2_KEYS_5"
    assert (2, 6, 2) == (done.returncode, done.stdout.count(said), done.stdout.count(" ok\n")), (
        done.stdout + done.stderr
    )


@pytest.mark.parametrize("rule", ["CKV2_KEYS_1", "CKV2_KEYS_7"])
def test_doctor_finds_a_check_that_does_not_fire(run_command, tmp_path, rule):
    """A pack with a rule that finds nothing is not a healthy one, and the rule is named."""
    (tmp_path / "sitecustomize.py").write_text(SILENT.format(rule))
    done = run_command("checkov-keys", "doctor", PYTHONPATH=str(tmp_path))
    said = f"BROKEN: does not fail a template that violates {rule}"
    assert (2, 8) == (done.returncode, done.stdout.count(said)), done.stdout + done.stderr


def test_demo(run_command, validate_demo):
    """The tour finds failing keys in templates and failing users in the account, and writes three formats of each."""
    done = run_command("checkov-keys", "demo", "--output-file-path", "out")
    assert 0 == done.returncode, done.stderr
    assert "FAILED cc-project5-admin in account 123456789012: Unnecessary access keys (CKV2_KEYS_1" in done.stdout
    assert "FAILED root user in account 123456789012: Root access key (CKV2_KEYS_4, CRITICAL)" in done.stdout
    assert "FAILED support-bot in account 123456789012: Quarantined access keys (CKV2_KEYS_6, CRITICAL)" in done.stdout
    found = re.findall(r"\((CKV2_KEYS_\d), ", done.stdout)
    of_users = {
        rule for rule, (places, runs, _) in FAMILY.items() if runs == "by default" and "live accounts" in places
    }
    assert of_users == set(found)
    assert "FAILED aws_iam_access_key.left_over" in done.stdout
    assert "cc-s3-data-manager" not in done.stdout
    assert "3 other users pass every rule" in done.stdout
    assert "/fixed/" not in done.stdout
    assert 6 == done.stdout.count("  FAILED aws_iam_access_key") + done.stdout.count("  FAILED AWS::IAM::AccessKey")
    assert (2, 2) == (done.stdout.count("  turned off: AKIA"), done.stdout.count("  turned on: AKIA"))
    names = {path.name for path in (run_command.folder / "out").iterdir() if path.is_file()}
    reports = {f"{name}.{suffix}" for name in ("templates", "account") for suffix in ("sarif", "xml", "json")}
    assert {*reports, "journal.jsonl", "report.html"} == names
    validate_demo(run_command.folder / "out")


@pytest.fixture
def validate_demo(request):
    """Validate the demo's SARIF files where the validator is installed."""

    def validate(folder):
        try:
            validate_sarif = request.getfixturevalue("validate_sarif")
        except pytest.skip.Exception:
            return
        for name in ("templates", "account"):
            assert [] == validate_sarif((folder / f"{name}.sarif").read_text())

    return validate
