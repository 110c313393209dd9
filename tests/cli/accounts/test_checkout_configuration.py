"""What .checkov.yaml of the working directory may set for commands over accounts and edits, and what it may not."""

import json
import os
from functools import partial
from pathlib import Path

import pytest
from chosen_rules import choose_first_rule
from filled_folders import FAILING

NOWHERE = "http://127.0.0.1:1"
DIRTY = {"/a": ["Active", "Active"], "/b": ["Active", "Active"], "/c": ["Active"]}
EXEMPTIONS = "- arn: arn:aws:iam::123456789012:user/a\n  reason: two safes\n"
BASELINE = {
    "failed_checks": [
        {"file": "x", "findings": [{"resource": "arn:aws:iam::123456789012:user/a", "check_ids": ["CKV2_KEYS_1"]}]}
    ]
}


@pytest.fixture
def endpoint(iam_server):
    """An account of three users, of whom two have too many keys."""
    return iam_server(DIRTY).url


@pytest.fixture
def audit_with(run_command, aws_environment, endpoint, clean_environment):
    """Audit the account with a configuration in the working directory, or at home, or named."""

    def run(text, *flags, place="here", command=("audit",), **environment):
        folder = run_command.folder
        (folder / "exemptions.yaml").write_text(EXEMPTIONS)
        (folder / "baseline.json").write_text(json.dumps(BASELINE))
        home = Path(clean_environment["HOME"])
        file = {"here": folder / ".checkov.yaml", "home": home / ".checkov.yaml", "named": folder / "named.yaml"}[place]
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        named = ("--config-file", "named.yaml") if place == "named" else ()
        known = {**aws_environment, "AWS_ENDPOINT_URL": endpoint, **environment}
        about_rules = () if "check" in str(text) or command != ("audit",) else choose_first_rule(flags)
        done = run_command("checkov-keys", *command, *named, *flags, *about_rules, **known)
        file.unlink()
        return done

    return run


# Every flag that audit takes from a file, in odd spellings too, with a value that would tell.
REFUSED = {
    "endpoint_url": NOWHERE,
    "profile": "evil",
    "region": "xx-evil-1",
    "role-arn": "[arn:aws:iam::123456789012:role/evil]",
    "role-name": "evil",
    "external-id": "evil",
    "--role-session-name": "evil",
    "accounts": "['123456789012']",
    "organization": "true",
    "ou": "[ou-evil]",
    "exclude-accounts": "['123456789012']",
    "shard": "1/10",
    "from-snapshot": "evil.json",
    "save-snapshot": "evil.json",
    "in-use-days": "0",
    "output-file-path": "evil",
    "create-baseline": "true",
    "sarif-per-account": "true",
    "state": "evil.json",
    "map": "[evil=123456789012]",
    "config-file": "evil.yaml",
}


def test_what_a_checkout_may_not_set(audit_with, run_command):
    """All of it is ignored, and said in one line that names the file and the keys and what to do."""
    before = set(run_command.folder.iterdir())
    refused = "".join(f"{key}: {value}\n" for key, value in REFUSED.items())
    done = audit_with(f"{refused}directory: .\nframework: all\n")
    assert (1, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr
    keys = ", ".join(key.replace("--", "") for key in REFUSED)
    assert f"checkov-keys audit: .checkov.yaml: ignored {keys}: " in done.stderr
    assert "type the flag, or name the file with --config-file" in done.stderr
    left = {path.name for path in set(run_command.folder.iterdir()) - before}
    assert {"exemptions.yaml", "baseline.json"} == left


@pytest.mark.parametrize("place", ["home", "named"])
def test_whose_file_it_is(audit_with, run_command, clean_environment, place):
    """A file at home, and one that somebody names, sets where credentials go; so does home as working directory."""
    done = audit_with(f"endpoint-url: {NOWHERE}\n", place=place, AWS_MAX_ATTEMPTS="1")
    assert 2 == done.returncode
    assert "check the network, the proxy and --endpoint-url" in done.stderr
    home = Path(clean_environment["HOME"])
    (home / ".checkov.yaml").write_text("frobnicate: true\nquiet: true\nsave-snapshot: saved.json\nfrom-snapshot: x\n")
    done = run_command("checkov-keys", "audit", cwd=home)
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert "--from-snapshot asks AWS nothing: leave out --save-snapshot" in done.stderr


TAKEN_AWAY = {
    "exemptions": ("exemptions: exemptions.yaml", 1, "exemptions took away 1"),
    "days of grace": ("rotation-grace-days: 36500", 0, "rotation-grace-days took away 2"),
    "both": (
        "exemptions: exemptions.yaml\nrotation-grace-days: 36500",
        0,
        "exemptions took away 1, rotation-grace-days took away 1",
    ),
    "a baseline": ("baseline: baseline.json\noutput-baseline-as-skipped: true", 1, "baseline took away 1"),
    "an exit code": ("soft-fail: true\nquiet: yes\ncompact: on", 0, "soft-fail took the exit code of 2"),
    "an exit code by severity": ("soft-fail-on: [MEDIUM]", 0, "soft-fail-on took the exit code of 2"),
    "an exit code that is taken back": ("soft-fail-on: LOW\nhard-fail-on: MEDIUM", 1, ""),
    "what else may be set": (
        "user-workers: 1\naccount-workers: 1\ncheck: CKV2_KEYS_1\nskip-check: [CKV_AWS_1]\ncustom-tool-name: x",
        1,
        "skip-check took away 5",
    ),
}


@pytest.mark.parametrize(("text", "code", "said"), TAKEN_AWAY.values(), ids=TAKEN_AWAY)
def test_what_a_checkout_takes_away(audit_with, text, code, said):
    """It may, and what it took away is said with the file, also if the report is quiet."""
    done = audit_with(text, "--quiet")
    assert code == done.returncode, done.stderr
    expected = [f"checkov-keys audit: .checkov.yaml: of all findings, {said}"] if said else []
    assert expected == done.stderr.splitlines()


@pytest.mark.parametrize("place", ["home", "named"])
def test_what_the_user_takes_away(audit_with, place):
    """Nobody needs to be told what they wrote themselves."""
    done = audit_with("soft-fail: true", place=place)
    assert (0, "") == (done.returncode, done.stderr)
    done = audit_with("quiet: true", "--exemptions", "exemptions.yaml")
    assert (1, "") == (done.returncode, done.stderr)


def test_sarif_goes_where_somebody_says(audit_with, run_command):
    """A format that always is a file is not written to a place that nobody named."""
    done = audit_with("output: [sarif, json]")
    assert (1, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert ".checkov.yaml: ignored output sarif" in done.stderr
    assert not list(run_command.folder.glob("*.sarif"))
    assert 2 == json.loads(done.stdout)["summary"]["failed"]
    assert 1 == audit_with("output: [sarif, json]", "--output-file-path", "out").returncode
    assert (run_command.folder / "out" / "results_sarif.sarif").is_file()


SMUGGLED = {
    "a flag as a file": f"exemptions: '--endpoint-url={NOWHERE}'",
    "a flag in a list": f"check: ['--endpoint-url={NOWHERE}']",
    "a flag as a format": "output: [cli, --organization]",
    "a flag after true": "quiet: 'true --organization'",
    "a flag within a key": f"'endpoint-url={NOWHERE}': x",
    "words within a key": "'quiet --organization': x",
    "merged keys": "a: &a {endpoint-url: x}\n<<: *a",
    "a key twice": "quiet: true\nquiet: false",
    "a key twice, by another name": "soft-fail-on: LOW\n'--soft-fail-on': MEDIUM",
    "a list for one value": "exemptions: [a, b]",
    "a list of lists": "check: [[CKV2_KEYS_1]]",
    "a list for a switch": "quiet: [true]",
    "a mapping": "check: {a: b}",
    "a number that is none": "user-workers: many",
    "a number too large": "user-workers: 100000",
    "a format that is none": "output: yaml",
    "a tag": "check: !!python/object:os.system x",
    "bytes": "check: !!binary aGk=",
    "a key that is a list": "[a, b]: c",
    "no mapping": "- a",
    "a text": "a",
    "empty": "",
    "no YAML": "a: [",
    "a tab": "\ta: b",
    "two documents": "quiet: true\n---\nquiet: false",
    "not UTF-8": b"exemptions: '\xff'",
    "deep": "a: " + "[" * 5_000,
    "itself": "check: &a [*a]",
    "a bomb": "a0: &a0 [x]\n" + "".join(f"a{n + 1}: &a{n + 1} [*a{n}, *a{n}]\n" for n in range(60)) + "check: *a60",
    "long": "a: b\n" + "#" * 10_000_000,
}


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED)
def test_malformed_files(audit_with, text):
    """They are exit code 2 and one line, soon; no value is taken for a flag."""
    done = audit_with(text)
    assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines())), done.stderr
    assert done.stderr.startswith("checkov-keys audit: ")
    assert "unexpected" not in done.stderr


HARMLESS = {
    "another case": f"ENDPOINT-URL: {NOWHERE}",
    "cut short": f"endpoint: {NOWHERE}",
    "yes as a key": "yes: true",
    "a key without a value": "endpoint-url:\nexemptions: ~",
    "an anchor": "check: &a [CKV2_KEYS_*]\nskip-path: *a",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_means_nothing(audit_with, text):
    """Keys that are no flag of the command are for other commands."""
    done = audit_with(text)
    assert (1, "") == (done.returncode, done.stderr)


def test_what_is_not_a_file(run_command, aws_environment, endpoint):
    """A directory, a pipe, a device, a link to nothing and a file that may not be read are one line each."""
    file = run_command.folder / ".checkov.yaml"
    links = [partial(file.symlink_to, target) for target in ("/dev/zero", "gone")]
    for make in (file.mkdir, partial(os.mkfifo, file), *links):
        make()
        done = run_command("checkov-keys", "audit", AWS_ENDPOINT_URL=endpoint, **aws_environment)
        assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
        assert "configuration file .checkov.yaml: " in done.stderr
        done = run_command("checkov-keys", "scan", "-d", ".")
        assert (2, "", 1) == (done.returncode, done.stdout, len(done.stderr.splitlines()))
        file.rmdir() if file.is_dir() else file.unlink()


def test_what_a_file_names_is_a_file(run_command, audit_with):
    """A pipe of the checkout would never end, nor would a device: neither is read."""
    os.mkfifo(run_command.folder / "pipe")
    for text in ("exemptions: pipe", "baseline: pipe", "baseline: /dev/zero"):
        done = audit_with(text)
        assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
        assert done.stderr.endswith(" is not a file\n")
    (run_command.folder / ".checkov.yml").write_text("var-file: [pipe]\n")
    done = run_command("checkov-keys", "scan", "-d", ".")
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))


def test_a_link_to_a_file(audit_with, run_command):
    """One file for several folders is read as any other."""
    (run_command.folder / "shared.yaml").write_text("quiet: true\n")
    (run_command.folder / ".checkov.yml").symlink_to("shared.yaml")
    done = audit_with("compact: true")
    assert (1, "") == (done.returncode, done.stderr)


def test_a_pipe_that_is_named(run_command, aws_environment, endpoint):
    """Who names a file may make it up."""
    line = "checkov-keys audit --config-file <(echo 'soft-fail: true')"
    done = run_command("bash", "-c", line, AWS_ENDPOINT_URL=endpoint, **aws_environment)
    assert (0, "") == (done.returncode, done.stderr)


CHANGING = {
    "remediate": (
        ("remediate", "--from-snapshot", "saved.json"),
        "in-use-days: 0\nrotation-grace-days: 9\nendpoint-url: x\njournal: x\noutput-file-path: x\nuser-workers: 1\n",
        "in-use-days, rotation-grace-days, endpoint-url, journal, output-file-path, user-workers",
    ),
    "rollback": (("rollback", "gone.jsonl"), "endpoint-url: x\nprofile: x\n", "endpoint-url, profile"),
    "typed flags": (
        ("remediate", "--from-snapshot", "saved.json"),
        "apply: true\nyes: true\neven-managed: true\nuser: b\nkey: AKIA\n",
        "apply, yes, even-managed, user, key",
    ),
    "fix": (("fix", "-d", ".", "--resource", "x"), "directory: evil\nwrite: true\nresource: y\n", "write, resource"),
}


@pytest.mark.parametrize(("command", "text", "keys"), CHANGING.values(), ids=CHANGING)
def test_commands_that_change(audit_with, run_command, command, text, keys):
    """They take nothing from a checkout but exemptions, which only spare."""
    (run_command.folder / "main.tf").write_text(FAILING)
    assert 1 == audit_with("quiet: true", "--save-snapshot", "saved.json").returncode
    done = audit_with(text, command=command, AWS_ENDPOINT_URL="")
    assert f"checkov-keys {command[0]}: .checkov.yaml: ignored {keys}: " in done.stderr
    assert "type the flag" in done.stderr
    assert "evil" not in done.stderr


def test_exemptions_of_a_checkout_spare_keys(audit_with):
    """Whoever is exempted by the checkout is left alone by remediate too."""
    assert 1 == audit_with("quiet: true", "--save-snapshot", "saved.json").returncode
    done = audit_with(
        "exemptions: exemptions.yaml", command=("remediate", "--from-snapshot", "saved.json"), AWS_ENDPOINT_URL=""
    )
    assert "two safes" in done.stdout
