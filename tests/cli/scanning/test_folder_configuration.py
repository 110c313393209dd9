"""What .checkov.yaml of a scanned folder may set, and what it may not."""

import pytest
from filled_folders import FAILING, fill_with

EVIL = "from pathlib import Path\nPath('{}').touch()\n"
ELSEWHERE = ("home", "named")
PLACES = ("working directory", "scanned directory", *ELSEWHERE)


@pytest.fixture
def scan_with(run_command, clean_environment, tmp_path):
    """Scan a folder with a template that fails, and a configuration at some place; `ran` says if its code ran."""
    ran = tmp_path / "ran"

    def run(text, place="working directory", *flags, files=None):
        folder = run_command.folder
        fill_with(
            {
                "in/main.tf": FAILING,
                "in/site.txt": "",
                "evil/__init__.py": "",
                "evil/check.py": EVIL.format(ran),
                **(files or {}),
            }
        )(folder)
        places = {
            "working directory": folder / ".checkov.yaml",
            "scanned directory": folder / "in" / ".checkov.yml",
            "home": tmp_path / "home" / ".checkov.yaml",
            "named": folder / "named.yaml",
        }
        places[place].write_text(text)
        named = ("--config-file", "named.yaml") if place == "named" else ()
        done = run_command("checkov-keys", "scan", "-d", "in", *named, *flags, HOME=clean_environment["HOME"])
        places[place].unlink()
        return done

    run.ran = ran
    return run


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", ["external-checks-dir: [evil]", "'--external-checks-dir': evil"])
def test_no_code_is_run(scan_with, place, form):
    """No file of flags has code run, wherever it is, and that is said in one line."""
    done = scan_with(form, place)
    assert (1, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr
    assert "ignored external-checks-dir: type the flag" in done.stderr
    assert not scan_with.ran.exists()


def test_who_types_has_code_run(scan_with):
    """On the command line the flag means what it means to Checkov."""
    done = scan_with("quiet: true", "working directory", "--external-checks-dir", "evil")
    assert 1 == done.returncode
    assert scan_with.ran.exists()


def test_this_pack_is_not_a_stranger(scan_with, run_command):
    """A file that loads this pack into Checkov needs no word."""
    directory = run_command("checkov-keys", "checks-dir").stdout.strip()
    done = scan_with(f"external-checks-dir: ['{directory}']")
    assert (1, "") == (done.returncode, done.stderr)


# What is ignored in a folder, and the keys as they are said.
IGNORED = {
    "code from a repository": ("external-checks-git: [http://127.0.0.1:1/x.git]", "external-checks-git"),
    "a key to a platform": ("bc-api-key: x\nrepo-id: a/b", "bc-api-key"),
    "the platform's address": ("prisma-api-url: http://127.0.0.1:1", "prisma-api-url"),
    "another service": ("openai-api-key: x", "openai-api-key"),
    "logs for the vendor": ("support: true", "support"),
    "modules from the network": ("download-external-modules: true", "download-external-modules"),
    "modules from elsewhere": ("external-modules-download-path: /tmp", "external-modules-download-path"),
    "who is trusted": ("ca-certificate: x\nno-cert-verify: true", "ca-certificate, no-cert-verify"),
    "files": ("output-file-path: out\ncreate-baseline: true", "output-file-path, create-baseline"),
    "a file of flags": ("create-config: out", "create-config"),
    "a crash that is nothing": ("no-fail-on-crash: true", "no-fail-on-crash"),
    "an interview": ("add-check: true", "add-check"),
    "an image": ("docker-image: x\ndockerfile-path: y", "docker-image, dockerfile-path"),
    "filters": ("policy-metadata-filter: policy.label=x", "policy-metadata-filter"),
    "no variables": ("evaluate-variables: false", "evaluate-variables"),
    "another target": ("file: in/site.txt", "file"),
}


@pytest.mark.parametrize("place", ["working directory", "scanned directory"])
def test_what_a_folder_may_not_set(scan_with, run_command, place):
    """It is said in one line, has no effect, and the verdict stands."""
    texts, keys = zip(*IGNORED.values())
    done = scan_with("\n".join(texts), place)
    assert (1, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr
    assert f": ignored {', '.join(keys)}: type the flag" in done.stderr
    assert 2 == done.stdout.count("FAILED for resource")
    assert not (run_command.folder / "out").exists()


NOTHING_LEFT = {
    "a list of checks": ("list: true", ".checkov.yaml: list: nothing would be scanned"),
    "the settings": ("show-config: true", ".checkov.yaml: show-config: nothing would be scanned"),
    "the version": ("version: true", ".checkov.yaml: version: nothing would be scanned"),
    "help": ("help: true", ".checkov.yaml: help: nothing would be scanned"),
    "a list, cut short": ("lis: true", ".checkov.yaml: lis: Checkov has no flag of this name"),
    "code, cut short": (
        "external-checks-d: evil",
        ".checkov.yaml: external-checks-d: Checkov has no flag of this name",
    ),
    "another language": ("framework: [dockerfile]", ".checkov.yaml: framework: no language is left"),
    "a language that is not there": ("framework: ansible", ".checkov.yaml: framework: nothing is left to judge"),
    "no language": (
        "skip-framework: [terraform, cloudformation, kubernetes, serverless, terraform_plan, ansible, terraform_json]",
        ".checkov.yaml: skip-framework: no language is left",
    ),
    "not this language": ("skip-framework: terraform", ".checkov.yaml: skip-framework: nothing is left to judge"),
    "no path": ("skip-path: [main]", ".checkov.yaml: skip-path: nothing is left to judge of what declares keys in in"),
    "no path, all that is there": ("skip-path: /\ndeep-analysis: true", ".checkov.yaml: skip-path: nothing is left"),
    "another rule": ("check: [CKV_AWS_1]", ".checkov.yaml: check: --check and --skip-check leave no rule"),
    "none of the rules": (
        "skip-check: CKV2_KEYS_*",
        ".checkov.yaml: skip-check: --check and --skip-check leave no rule",
    ),
}


@pytest.mark.parametrize(("text", "said"), NOTHING_LEFT.values(), ids=NOTHING_LEFT)
def test_a_file_that_leaves_nothing(scan_with, text, said):
    """It is exit code 2, with the file and the key, in one line."""
    done = scan_with(text)
    assert (2, "") == (done.returncode, done.stdout)
    assert f"checkov-keys scan: {said}" in done.stderr
    assert 1 == sum(line.startswith("checkov-keys scan: .checkov") for line in done.stderr.splitlines())


def test_a_folder_that_hides_what_is_left_out(scan_with):
    """A folder of downloaded modules has everything scanned: what is skipped there is noticed too."""
    done = scan_with("skip-path: in/", files={"in/.external_modules/x": ""})
    assert 2 == done.returncode
    assert "skip-path: nothing is left to judge" in done.stderr


TYPED = {
    "another language": (("--framework", "dockerfile"), 2),
    "a language that is not there": (("--framework", "ansible"), 0),
    "no path": (("--skip-path", "main"), 2),
    "no path of the whole tree": (("--whole-tree", "--skip-path", "main"), 2),
    "a file that is not looked at": (("--changed-files", "in/main.tf", "--skip-path", "main"), 0),
    "another rule": (("--check", "CKV_AWS_1"), 2),
    "a list of checks": (("--list",), 0),
    "no directory": (("-d", ""), 2),
}


@pytest.mark.parametrize(("flags", "code"), TYPED.values(), ids=TYPED)
def test_who_types(scan_with, flags, code):
    """Flags that leave no language and no path are exit code 2, and a list of checks is one."""
    assert code == scan_with("quiet: true", "working directory", *flags).returncode


ORDINARY = {
    "quiet": ("quiet: true\ncompact: yes", 1, "FAILED"),
    "formats": ("output: [json, github_failed_only]", 1, '"check_id": "CKV2_KEYS_1"'),
    "an exit code": ("soft-fail: true", 0, "FAILED"),
    "a language": ("framework: [terraform, ansible]", 1, "FAILED"),
    "languages as Checkov saves them": ("framework: [[terraform, ansible]]", 1, "FAILED"),
    "a path": ("skip-path: [other]", 1, "FAILED"),
    "a rule": ("check: CKV2_KEYS_1", 1, "FAILED"),
    "a key without a value": ("soft-fail:", 1, "FAILED"),
    "an anchor": ("check: &a [CKV2_KEYS_1]\nsoft-fail-on: *a", 0, "FAILED"),
    "an argument of Checkov's main": ("summary-position: bottom", 1, "FAILED"),
}


@pytest.mark.parametrize(("text", "code", "shown"), ORDINARY.values(), ids=ORDINARY)
def test_ordinary_settings(scan_with, text, code, shown):
    """They mean what they mean in Checkov, and nothing is said."""
    done = scan_with(text)
    assert (code, "") == (done.returncode, done.stderr)
    assert shown in done.stdout


MALFORMED = {
    "no mapping": "- a\n",
    "empty": "",
    "no YAML": "a: [",
    "a key twice": "quiet: true\nquiet: false\n",
    "merged keys": "<<: {external-checks-dir: evil}\n",
    "a flag within a key": "'external-checks-dir=evil': x\n",
    "a flag within a list": "framework: [[terraform, --external-checks-dir, evil]]\n",
    "a flag within a value": "quiet: 'true --list'\n",
    "a list for a switch": "quiet: [true]\n",
    "a mapping": "check: {a: b}\n",
    "deep": "[" * 5_000,
    "long": "a: b\n" + "#" * 10_000_000,
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_malformed_files(scan_with, text):
    """They are exit code 2, without code, without a scan, and without a traceback."""
    done = scan_with(text)
    assert (2, "") == (done.returncode, done.stdout)
    assert ".checkov.yaml" in done.stderr or "usage:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not scan_with.ran.exists()
