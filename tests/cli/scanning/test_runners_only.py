"""`checkov-keys scan` by Checkov's runners alone says word for word what it says by Checkov's main, sooner."""

import json
import re
import shutil
import sys

import pytest
from filled_folders import FAILING, fill_from, fill_with

# Checkov reads files side by side, and goes through sets: what is ready first comes first.
IN_ORDER = {"CHECKOV_PARALLELIZATION_TYPE": "none", "PYTHONHASHSEED": "0"}
# Checkov's parser reads it, and it is the default there: it changes nothing but the way.
BY_MAIN = {"CKV_EVAL_VARS": "True"}
ALL_FORMATS = [
    *("-o", "cli", "-o", "json", "-o", "sarif", "-o", "github_failed_only", "-o", "gitlab_sast"),
    *("--output-file-path", "out"),
]
# A scan that tells which modules it has imported.
TELLING = (
    sys.executable,
    "-c",
    """
import sys
from checkov_keys.cli.commands import main
code = main(["scan", *sys.argv[1:]])
print(*sys.modules, sep="\\n", file=sys.stderr)
sys.exit(code)
""",
)
# GitLab's report has the time and random ids.
CHANGING = re.compile(r'"(?:start_time|end_time|id)": "[\w:-]{19,36}"')
LANGUAGES = ("terraform", "terraform_json", "terraform_plan", "cloudformation", "kubernetes", "ansible", "serverless")
LOGGED = re.compile(r"checkov-keys scan: (?:warning|error): ")
ADDED = (
    "iam_user", "other_keys", "other_keys_omitted", "remedy", "fix", "exposed_secrets", "exposed_secrets_omitted",
    "exposure_reason",
)  # fmt: skip
# Checkov's paths of manifests lead nowhere.
PATHS = ("file_path", "repo_file_path", "file_abs_path")
SKIPPED = 'resource "aws_iam_access_key" "a" {\n  #checkov:skip=CKV2_KEYS_1:vault\n  user = "u"\n}\n'
BASELINE = json.dumps(
    {
        "failed_checks": [
            {"file": "/main.tf", "findings": [{"resource": "aws_iam_access_key.a", "check_ids": ["CKV2_KEYS_1"]}]}
        ]
    }
)
TREE = {
    "a/main.tf": FAILING,
    "a/variables.tf": 'variable "name" {\n  default = "v"\n}\nresource "aws_iam_access_key" "c" { user = var.name }\n',
    "a/skipped.tf": SKIPPED.replace('"a"', '"d"'),
    "b/main.tf": FAILING.replace('"u"', '"w"'),
    "b/other.tfvars": 'name = "u"\n',
    "known": BASELINE,
    "README.md": "no template",
}


@pytest.fixture
def both(run_command):
    """Scan a copy of a folder in both ways; returns exit code, output, complaints and written files of each."""

    def run(fill, *flags, **environment):
        seen = []
        for way in (BY_MAIN, {}):
            # Under one path: Checkov writes it out.
            shutil.rmtree(run_command.folder)
            run_command.folder.mkdir()
            fill(run_command.folder)
            before = set(run_command.folder.rglob("*"))
            done = run_command(*TELLING, *flags, **{**IN_ORDER, **environment, **way})
            assert ("checkov.main" in done.stderr.split()) is (way is BY_MAIN), done.stderr
            said = [line for line in done.stderr.splitlines() if line.startswith("checkov-keys scan: ")]
            # Checkov's main has more to log.
            said = [line for line in said if not LOGGED.match(line)]
            written = {
                str(path.relative_to(run_command.folder)): CHANGING.sub("", path.read_text())
                for path in sorted(set(run_command.folder.rglob("*")) - before)
                if path.is_file()
            }
            seen.append((done.returncode, CHANGING.sub("", done.stdout), said, written))
        return seen

    return run


def drop_of_graph(report):
    """Return a JSON report of one framework without what Checkov says of its graph: of a batch it has a smaller one.

    It counts blocks in breadcrumbs, and writes more values into others before it gives up.
    """
    report["summary"].pop("resource_count")
    for kind in ("passed_checks", "failed_checks", "skipped_checks"):
        for record in report["results"].get(kind, ()):
            record.pop("breadcrumbs", None)
            record["check_result"].pop("entity", None)
    return report


@pytest.mark.parametrize("version", ["fixed", "failing"])
@pytest.mark.parametrize("language", ["terraform", "terraform_plan", "cloudformation", "crossplane", "ansible"])
def test_examples(both, root, language, version):
    """Every format, on the console and in its file, and the exit code are the same."""
    example = fill_from(root / "examples" / language / version)
    main, lean = both(example, "-d", ".", *ALL_FORMATS, CHECKOV_PARALLELIZATION_TYPE="fork")
    assert main == lean
    assert (version == "failing") is bool(lean[0])
    assert 5 == len(lean[3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_conformance_cases(both, root, language):
    """All cases of a language at once, unknown ones too: the same is reported, and the same is named."""
    flags = ("--framework", language, "-o", "cli", "-o", "json", "--output-file-path", "console,records.json")
    main, lean = both(fill_from(root / "tests" / "iac" / "cases" / language), "-d", ".", *flags)
    for _, _, _, written in (main, lean):
        written["records.json"] = drop_of_graph(json.loads(written["records.json"]))
    assert main == lean
    assert "FAILED for resource" in lean[1]


@pytest.mark.parametrize("language", ["terraform", "cloudformation", "kubernetes"])
def test_checkov_with_the_pack(run_command, root, language):
    """The records are those of `checkov` with the pack, field by field, but for what a scan adds and its paths."""
    fill_from(root / "tests" / "iac" / "cases" / language)(run_command.folder)
    # Checkov alone reads files before it loads the pack, which names these objects and resolves these keys.
    for case in ("names_that_kubernetes_generates", "merge_keys", "merge_keys_that_turn_it_off"):
        for kind in ("reported", "silent"):
            shutil.rmtree(run_command.folder / kind / case, ignore_errors=True)
    flags = ("-d", ".", "--framework", language, "-o", "json")
    pack = ("--external-checks-dir", root / "checkov_keys" / "external_checks", "--check", "CKV2_KEYS_1,CKV2_KEYS_5")
    plain = run_command("checkov", *flags, *pack, **IN_ORDER)
    whole, some = (
        json.loads(run_command("checkov-keys", "scan", *flags, *more, **IN_ORDER).stdout)
        for more in (("--whole-tree",), ())
    )
    plain = json.loads(plain.stdout)
    for report in (plain, whole, some):
        if language == "terraform":
            drop_of_graph(report)
        for added in ("unjudged", "modules_not_here"):
            report["results"].pop(added, None)
        for record in (*report["results"]["passed_checks"], *report["results"]["failed_checks"]):
            # Checkov counts the blocks of the graph in breadcrumbs.
            for name in ("breadcrumbs", *ADDED, *(PATHS if language == "kubernetes" else ())):
                record.pop(name, None)
    assert plain["results"] == whole["results"] == some["results"]


FLAGS = {
    "nothing found": (("-d", "a", "--skip-path", "main.tf"), 0),
    "nothing there": (("-d", ".", "--framework", "ansible", *ALL_FORMATS), 0),
    "nothing there, as JSON": (("-d", ".", "--framework", "ansible", "-o", "json"), 0),
    "everything is skipped": (("-d", ".", "--skip-path", "a/", "--skip-path", "b/", *ALL_FORMATS), 2),
    "no template among the files": (("-f", "README.md"), 2),
    "one file": (("-f", "a/main.tf"), 1),
    "several files": (("-f", "a/main.tf", "a/skipped.tf", "-f", "b/main.tf", "-o", "json"), 1),
    "several directories": (("-d", "a", "-d", "b", *ALL_FORMATS), 1),
    "quiet": (("-d", "a", "--quiet", *ALL_FORMATS), 1),
    "compact": (("-d", "a", "--compact", *ALL_FORMATS), 1),
    "quiet and compact": (("-d", "a", "--quiet", "--compact", *ALL_FORMATS), 1),
    "SARIF for the console": (("-d", "a", "-o", "sarif"), 1),
    "SARIF beside text": (("-d", "a", "-o", "sarif", "-o", "cli", "--custom-tool-name", "mine"), 1),
    "a list of places": (
        ("-d", "a", "-o", "cli", "-o", "sarif", "-o", "json", "--output-file-path", "console,x/k.sarif,k.json"),
        1,
    ),
    "text into a file only": (("-d", "a", "-o", "cli", "-o", "json", "--output-file-path", "k.txt,console"), 1),
    "soft": (("-d", "a", "--soft-fail"), 0),
    "soft on a severity": (("-d", "a", "--soft-fail-on", "MEDIUM"), 0),
    "soft on something else": (("-d", "a", "--soft-fail-on", "LOW,CKV_AWS_1"), 1),
    "hard on the rule": (("-d", "a", "--soft-fail", "--hard-fail-on", "CKV2_KEYS_1"), 1),
    "a baseline": (("-d", "a", "--baseline", "known", *ALL_FORMATS), 1),
    "a baseline that is shown": (("-d", "a", "--baseline", "known", "--output-baseline-as-skipped", *ALL_FORMATS), 1),
    "a new baseline": (("-d", "a", "-d", "b", "--create-baseline"), 1),
    "a variable": (("-d", "a", "--var-file", "b/other.tfvars"), 1),
    "another rule skipped": (("-d", "a", "--skip-check", "CKV_AWS_1"), 1),
    "languages without keys skipped": (("-d", "a", "--skip-framework", "secrets,sca_package"), 1),
    "a severity": (("-d", "a", "--check", "MEDIUM"), 1),
}


@pytest.mark.parametrize(("flags", "code"), FLAGS.values(), ids=FLAGS)
def test_flags(both, flags, code):
    """What is printed and written, and the exit code, are the same."""
    main, lean = both(fill_with(TREE), *flags)
    assert main == lean
    assert code == lean[0]


MISTAKES = {
    "no rule left": ("--check", "CKV_AWS_1"),
    "more places than outputs": ("--output-file-path", "a,b"),
    "a folder that cannot be": ("--output-file-path", "/dev/null/x"),
    "a baseline that is not there": ("--baseline", "nowhere"),
    "a baseline that is none": ("--baseline", "a/main.tf"),
}


@pytest.mark.parametrize("flags", MISTAKES.values(), ids=MISTAKES)
def test_mistakes(both, flags):
    """One line says the same, and nothing is written."""
    main, lean = both(fill_with(TREE), "-d", "a", *flags)
    assert main == lean
    assert (2, "", 1, {}) == (lean[0], lean[1], len(lean[2]), lean[3])


def test_configuration_and_environment(both):
    """.checkov.yaml is read in the scanned directory and in the working directory."""
    files = {
        **TREE,
        "a/.checkov.yaml": "quiet: true\noutput:\n  - json\n",
        ".checkov.yaml": "output: cli\ncompact: true\n",
    }
    main, lean = both(fill_with(files), "-d", "a", CKV_SKIP_CHECK="CKV_AWS_1")
    assert main == lean
    assert "\nterraform scan results:\n" in lean[1]
    assert 'resource "' not in lean[1]


def test_several_languages(both, root):
    """Reports of several languages are those of Checkov's main, which shows them in whichever order they are ready."""

    def fill(target):
        for language in ("terraform", "cloudformation", "ansible", "crossplane"):
            fill_from(root / "examples" / language / "failing")(target / language)

    results = both(fill, "-d", ".", "-o", "json", CHECKOV_PARALLELIZATION_TYPE="fork")
    main, lean = ([*result[:1], *result[2:], json.loads(result[1])] for result in results)
    assert ["terraform", "cloudformation", "kubernetes", "ansible"] == [each["check_type"] for each in lean[-1]]
    for result in (main, lean):
        result[-1].sort(key=lambda each: each["check_type"])
    assert main == lean


LANGUAGE_RUNNERS = {f"checkov.{name}.runner" for name in LANGUAGES} | {"checkov.terraform.plan_runner"}


def test_what_is_not_needed_is_not_imported(run_command):
    """Neither Checkov's main, nor what it runs runners with, nor the runner of a language that is not scanned."""
    fill_with({"main.tf": FAILING})(run_command.folder)
    imported = set(run_command(*TELLING, "--framework", "terraform", "-d", ".").stderr.split())
    assert {"checkov.terraform.runner"} == LANGUAGE_RUNNERS & imported
    assert not {"checkov.main", "checkov.common.runners.runner_registry"} & imported
