"""`list`, `checks-dir`, `doctor`, `demo`, and the command itself."""

import json
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


def test_list(run_command):
    """The rules, for people and as data."""
    assert "CKV2_KEYS_1 [MEDIUM]" in run_command("checkov-keys", "list").stdout
    rules = json.loads(run_command("checkov-keys", "list", "-o", "json").stdout)
    assert ["CKV2_KEYS_1"] == [rule["id"] for rule in rules]
    texts = {"name", "severity", "category", "guideline", "why", "remedy"}
    assert {"id", "benchmarks", "frameworks", *texts} == rules[0].keys()
    assert all(rules[0][name] for name in texts)
    assert "1.13" == rules[0]["benchmarks"]["CIS AWS Foundations v1.3 to v4.0.1"][0]["name"]
    assert "terraform_plan" in rules[0]["frameworks"]


def test_doctor(run_command):
    """Each language is proved in the installed Checkov."""
    done = run_command("checkov-keys", "doctor")
    assert (0, 8) == (done.returncode, done.stdout.count(" ok\n"))
    assert f"checkov {version('checkov')}" in done.stdout


def test_doctor_finds_a_check_that_does_not_fire(run_command, tmp_path):
    """A pack that loads nothing is no healthy pack."""
    (tmp_path / "sitecustomize.py").write_text(
        "import checkov_keys.domain.rules as rules\nrules.Rule.judge = lambda rule, user: rules.Verdict.PASSED\n"
    )
    done = run_command("checkov-keys", "doctor", PYTHONPATH=str(tmp_path))
    assert (2, 8) == (done.returncode, done.stdout.count("BROKEN"))


def test_demo(run_command, validate_demo):
    """The tour finds failing keys in templates and failing users in the account, and writes three formats of each."""
    done = run_command("checkov-keys", "demo", "--output-file-path", "out")
    assert 0 == done.returncode, done.stderr
    assert "FAILED cc-project5-admin in account 123456789012" in done.stdout
    assert "FAILED aws_iam_access_key.left_over" in done.stdout
    assert "cc-s3-data-manager" not in done.stdout
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
