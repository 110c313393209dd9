"""`checkov-keys scan`: Checkov with this pack only, and an exit code that tells what could not be judged."""

import json
import socket
import threading

import pytest

FAILING = 'resource "aws_iam_access_key" "a" { user = "u" }\nresource "aws_iam_access_key" "b" { user = "u" }\n'
PASSING = 'resource "aws_iam_access_key" "a" { user = "u" }\n'
UNKNOWN = 'variable "s" {}\nresource "aws_iam_access_key" "a" {\n  user   = "u"\n  status = var.s\n}\n'
CHECKED = ("passed", "failed")
BROKEN = 'resource "aws_iam_user" {{{'


@pytest.fixture
def scan(run_command):
    """Run `checkov-keys scan` over a table of files."""

    def run(files, *flags, **environment):
        for name, text in files.items():
            path = run_command.folder / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)
        return run_command("checkov-keys", "scan", *flags, **environment)

    return run


CODES = {
    "nothing to find": ({"main.tf": PASSING}, (), 0),
    "no template at all": ({"README": "hello"}, (), 0),
    "findings": ({"main.tf": FAILING}, (), 1),
    "soft findings": ({"main.tf": FAILING}, ("--soft-fail",), 0),
    "unknown": ({"main.tf": UNKNOWN}, (), 2),
    "unknown beside findings, soft": ({"a/main.tf": UNKNOWN, "b/main.tf": FAILING}, ("--soft-fail",), 2),
    "a template that does not parse": ({"main.tf": PASSING, "broken.tf": BROKEN}, (), 2),
}


@pytest.mark.parametrize(("files", "flags", "code"), CODES.values(), ids=CODES)
def test_exit_codes(scan, files, flags, code):
    """0 nothing found, 1 findings, 2 what could not be judged, by name."""
    done = scan(files, "-d", ".", *flags)
    assert code == done.returncode, done.stdout + done.stderr
    assert (code == 2) == ("checkov-keys scan: not judged: " in done.stderr)
    assert "Traceback" not in done.stderr


def test_only_our_checks(scan):
    """No check of Checkov runs, whatever there is to find."""
    done = scan({"main.tf": FAILING + 'resource "aws_s3_bucket" "b" {}\n'}, "-d", ".", "-o", "json")
    records = json.loads(done.stdout)["results"]["failed_checks"]
    assert {"CKV2_KEYS_1"} == {record["check_id"] for record in records}


USAGE = {
    "nothing to scan": (("--quiet",), "nothing to scan"),
    "a directory that is not there": (("-d", "nowhere"), "no such directory: nowhere"),
    "a file that is not there": (("-f", "nowhere.tf"), "there is no file nowhere.tf"),
    "a flag without its value": (("-d",), "expected a directory"),
    "no rule left": (("-d", ".", "--check", "CKV_AWS_20"), "leave no rule of this pack"),
    "an unknown flag": (("-d", ".", "--frobnicate"), "unrecognized arguments: --frobnicate"),
    "a folder that cannot be": (("-d", ".", "--output-file-path", "/dev/null/x"), "cannot write /dev/null/x"),
    "fewer places than outputs": (
        ("-d", ".", "-o", "cli", "-o", "json", "-o", "sarif", "--output-file-path", "console,x"),
        "names 2 places for 3 outputs",
    ),
    "a baseline that is not there": (("-d", ".", "--baseline", "nowhere"), "--baseline nowhere: "),
    "a baseline that is none": (("-d", ".", "--baseline", "main.tf"), "--baseline main.tf: not JSON"),
    "a configuration that is none": (("-d", ".", "--config-file", "main.tf"), "main.tf"),
}


@pytest.mark.parametrize(("flags", "said"), USAGE.values(), ids=USAGE)
def test_usage_errors(scan, flags, said):
    """Exit code 2, one line that says what is wrong, nothing written."""
    done = scan({"main.tf": FAILING}, *flags)
    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_sarif_of_several_directories(scan, run_command):
    """The file has the results of all directories, our tool name and our category."""
    scan({"a/main.tf": FAILING, "b/main.tf": FAILING}, "-d", "a", "-d", "b", "-o", "sarif")
    run = json.loads((run_command.folder / "results.sarif").read_text())["runs"][0]
    assert ("checkov-keys", "checkov-keys/templates/") == (
        run["tool"]["driver"]["name"],
        run["automationDetails"]["id"],
    )
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert ["a/main.tf", "a/main.tf", "b/main.tf", "b/main.tf"] == uris


# What Checkov's main takes for its default; other scans may go without it.
BY_MAIN = {"CKV_EVAL_VARS": "True"}


@pytest.mark.parametrize("environment", [{}, BY_MAIN])
def test_every_directory_is_read(scan, run_command, environment):
    """One runner over several directories reads each of them, whatever it has read before."""
    flags = ("--framework", "terraform", "-d", "a", "-d", "b", "-o", "json", "--output-file-path", "out")
    done = scan({"a/main.tf": PASSING, "b/main.tf": FAILING}, *flags, **environment)
    results = json.loads((run_command.folder / "out" / "results_json.json").read_text())["results"]
    found = {name: [record["file_abs_path"].split("/")[-2] for record in results[f"{name}_checks"]] for name in CHECKED}
    assert (1, {"passed": ["a"], "failed": ["b", "b"]}) == (done.returncode, found)


@pytest.mark.parametrize("environment", [{}, BY_MAIN])
def test_compact_sarif_has_code(scan, run_command, environment):
    """--compact takes the code out of JSON, and leaves it to SARIF."""
    flags = ("-d", ".", "--compact", "-o", "json", "-o", "sarif", "--output-file-path", "out")
    assert 1 == scan({"main.tf": FAILING}, *flags, **environment).returncode
    records = json.loads((run_command.folder / "out" / "results_json.json").read_text())["results"]["failed_checks"]
    run = json.loads((run_command.folder / "out" / "results_sarif.sarif").read_text())["runs"][0]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (None, FAILING.splitlines(keepends=True)[0]) == (records[0]["code_block"], region["snippet"]["text"])


@pytest.mark.parametrize("output", ["json", "junitxml"])
def test_a_file_that_no_runner_reads(scan, output):
    """A plan without its ending was not judged, alone or beside another file."""
    files = {"tfplan": FAILING, "other.tf": 'resource "aws_s3_bucket" "b" {}\n'}
    alone = scan(files, "-f", "tfplan", "-o", output)
    assert 2 == alone.returncode
    assert "not judged: tfplan: no runner of Checkov reads files with such a name" in alone.stderr
    assert 2 == scan(files, "-f", "tfplan", "other.tf", "-o", output).returncode
    assert 0 == scan(files, "-f", "other.tf", "-o", output).returncode


@pytest.mark.parametrize("output", ["json", "junitxml"])
def test_a_broken_file_that_names_no_key(scan, output):
    """It is left out, whichever way the scan goes, and read with --whole-tree."""
    files = {"main.tf": 'resource "aws_iam_user" {{{'}
    assert [0, 2] == [scan(files, "-d", ".", "-o", output, *more).returncode for more in ((), ("--whole-tree",))]


LOOP = """Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Keys:
    - Number
    - [1, 2]
    - Key${Number}:
        Type: AWS::IAM::AccessKey
        Properties:
          UserName: ops
"""


@pytest.mark.parametrize("flags", [("-d", "."), ("-d", ".", "-o", "junitxml"), ("-f", "stack.yaml")])
@pytest.mark.parametrize("parameters", ["", "Parameters:\n  P:\n    Type: String\n"])
def test_a_template_of_nothing_but_a_loop(scan, flags, parameters):
    """Checkov has no graph of it, so that no check is asked: it is named once, and is no clean scan."""
    done = scan({"stack.yaml": LOOP + parameters}, *flags)
    assert (2, 1) == (
        done.returncode,
        done.stderr.count("not judged: Fn::ForEach::Keys: Checkov's graph does not hold"),
    )


def test_no_network(scan):
    """Nothing is asked for over the network."""
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as proxy:

        def listen():
            while True:
                try:
                    connection, _ = proxy.accept()
                except OSError:
                    return
                asked.append(connection.recv(200))
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), address)
        quiet = dict.fromkeys(("BC_SKIP_MAPPING", "CKV_SKIP_PACKAGE_UPDATE_CHECK", "NO_PROXY", "no_proxy"), "")
        done = scan({"main.tf": FAILING}, "-d", ".", **proxies, **quiet)
    assert (1, []) == (done.returncode, asked)


def test_a_flag_that_is_mistyped(scan):
    """Checkov's parser says that it does not know it, and this command which one may be meant."""
    done = scan({"main.tf": FAILING}, "-d", ".", "--framwork", "terraform")
    assert 2 == done.returncode
    assert "checkov-keys scan: --framwork: did you mean --framework?" in done.stderr.splitlines()


def test_one_style_of_log_line(scan):
    """Warnings begin as everything else that the command says on standard error."""
    done = scan({"main.tf": 'resource "aws_iam_access_key" "a" {\n  user = "u"\n  status = var.x\n}\n'}, "-d", ".")
    assert 2 == done.returncode
    lines = [line for line in done.stderr.splitlines() if line]
    assert all(line.startswith("checkov-keys scan: ") for line in lines), lines
    assert any("warning: CKV2_KEYS_1 UNKNOWN for aws_iam_access_key.a: " in line for line in lines)
