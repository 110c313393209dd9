"""What of a directory reaches Checkov's runners, and that the records are those of the whole directory."""

import os
from collections import Counter

import pytest
from checkov.runner_filter import RunnerFilter
from generated_monorepo import write_monorepo
from selected_templates import KEY, PLAIN, call

from checkov_keys.iac.common.frameworks import FRAMEWORKS
from checkov_keys.iac.host.registration import register
from checkov_keys.iac.host.scan_runs import keep_to
from checkov_keys.iac.selection.file_selection import select_directory, select_files

STACK = "Resources:\n  Key:\n    Type: AWS::IAM::AccessKey\n    Properties:\n      UserName: u\n"
BUCKET = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n"
CROSSPLANE_KEY = "apiVersion: iam.aws.upbound.io/v1beta1\nkind: AccessKey\nmetadata: {name: k}\n"
CROSSPLANE_USER = "apiVersion: iam.aws.upbound.io/v1beta1\nkind: User\nmetadata: {name: u}\n"
PLAY = "- hosts: all\n  tasks:\n    - name: key\n      amazon.aws.iam_access_key:\n        user_name: u\n"

TF = ("terraform",)
CASES = {
    "nothing": ({}, (), []),
    "no key": ({"main.tf": PLAIN, "a.yaml": BUCKET, "b.json": "{}"}, (), []),
    "a key in another kind of file": ({"README.md": KEY, "main.txt": STACK, "x.py": KEY}, (), []),
    "a key in a hidden folder": ({".git/main.tf": KEY, ".x/a.yaml": STACK, "node_modules/a/main.tf": KEY}, (), []),
    "a key": ({"main.tf": KEY, "other/main.tf": PLAIN}, TF, ["main.tf"]),
    "all of its directory": (
        {"a/key.tf": KEY, "a/more.tf": PLAIN, "a/x.auto.tfvars": "", "a/README.md": "", "a/deep/main.tf": PLAIN},
        TF,
        ["a/key.tf", "a/more.tf", "a/x.auto.tfvars"],
    ),
    "the modules that lead to it, and what these call": (
        {
            "live/main.tf": call("../modules/outer") + call("../modules/names", "n"),
            "other/main.tf": call("../modules/names"),
            "modules/outer/main.tf": call("../keys"),
            "modules/keys/main.tf": KEY,
            "modules/names/main.tf": PLAIN,
            "modules/idle/main.tf": PLAIN,
        },
        TF,
        ["live/main.tf", "modules/keys/main.tf", "modules/names/main.tf", "modules/outer/main.tf"],
    ),
    "a module in a hidden folder, which Checkov loads by the call": (
        {"main.tf": call("./.modules/keys"), ".modules/keys/main.tf": KEY},
        TF,
        ["main.tf"],
    ),
    "modules that call each other": (
        {"a/main.tf": call("../b"), "b/main.tf": call("../a") + KEY, "c/main.tf": PLAIN},
        TF,
        ["a/main.tf", "b/main.tf"],
    ),
    "a source that the words do not tell": (
        {"main.tf": '# module "x"\n' + PLAIN, "k/main.tf": KEY},
        TF,
        ["k/main.tf"],
    ),
    "a source in a block that is spelt otherwise": (
        {"main.tf": 'module m {\n  source = /* here */ "./k"\n}\n', "k/main.tf": KEY, "o/main.tf": PLAIN},
        TF,
        ["k/main.tf", "main.tf"],
    ),
    "modules that somebody downloaded": (
        {"main.tf": call("git::https://example.com/x"), ".external_modules/x/main.tf": KEY},
        FRAMEWORKS,
        [".external_modules/x/main.tf", "main.tf"],
    ),
    "OpenTofu": (
        {"main.tofu": call("./k"), "k/main.tofu": KEY, "o/main.tofu": PLAIN},
        TF,
        ["k/main.tofu", "main.tofu"],
    ),
    "OpenTofu beside Terraform": (
        {"main.tf": PLAIN, "more.tofu": KEY, "o/main.tf": PLAIN},
        TF,
        ["main.tf", "more.tofu"],
    ),
    "OpenTofu's JSON syntax": (
        {"a/main.tofu.json": '{"resource": {"aws_iam_access_key": {"k": {"user": "u"}}}}', "b/main.tofu.json": "{}"},
        ("terraform_json", "terraform_plan"),
        ["a/main.tofu.json"],
    ),
    "JSON syntax": (
        {
            "a/main.tf.json": '{"resource": {"aws_iam_access_key": {"k": {"user": "u"}}}}',
            "root/main.tf.json": '{"module": {"m": {"source": "../a"}}}',
            "b/main.tf": PLAIN,
        },
        ("terraform_json", "terraform_plan"),
        ["a/main.tf.json", "root/main.tf.json"],
    ),
    "a template": ({"a.yaml": STACK, "b.yaml": BUCKET, "c.json": "{}"}, ("cloudformation",), ["a.yaml"]),
    "a template without an ending of its own": ({"a.template": STACK}, ("cloudformation",), ["a.template"]),
    "an action of IAM is no module of Ansible": (
        {"a.yaml": BUCKET + "  # iam:PassRole\n    Action: iam:GetUser\n"},
        (),
        [],
    ),
    "Crossplane's users too": (
        {"k.yaml": CROSSPLANE_KEY, "u/u.yaml": CROSSPLANE_USER, "p.yaml": "kind: Pod\n"},
        ("kubernetes",),
        ["k.yaml", "u/u.yaml"],
    ),
    "Crossplane's users alone": ({"u.yaml": CROSSPLANE_USER}, (), []),
    "a play": ({"site.yml": PLAY, "other.yml": "- hosts: all\n"}, ("ansible",), ["site.yml"]),
    "a play of the legacy module": (
        {"site.yml": PLAY.replace("amazon.aws.iam_access_key", "iam")},
        ("ansible",),
        ["site.yml"],
    ),
    "Serverless": (
        {"serverless.yml": "service: x\nresources:\n  " + STACK.replace("\n", "\n  ")},
        ("cloudformation", "serverless"),
        ["serverless.yml"],
    ),
    "a plan": (
        {"plan.json": '{"terraform_version": "1.11", "x": "aws_iam_access_key"}', "other.json": "{}"},
        ("terraform_plan",),
        ["plan.json"],
    ),
    "letters as escapes": ({"a.json": STACK.replace("AccessKey", "Access\\u004bey")}, None, ["a.json"]),
    "several languages": (
        {"a/main.tf": KEY, "b.yaml": STACK, "c.yml": PLAY, "d/main.tf": PLAIN},
        ("terraform", "cloudformation", "ansible"),
        ["a/main.tf", "b.yaml", "c.yml"],
    ),
}


@pytest.mark.parametrize(("files", "frameworks", "kept"), CASES.values(), ids=CASES)
def test_what_is_selected(selected, files, frameworks, kept):
    """The files that can matter to a key are kept, and the frameworks that read them are named."""
    found = selected(files)
    assert kept == found[1]
    assert frameworks is None or sorted(frameworks) == sorted(found[0])


def test_only_the_frameworks_that_are_asked_for(selected):
    """A framework that was not asked for is not run, and one without keys that was asked for is."""
    files = {"a/main.tf": KEY, "b.yaml": STACK}
    assert (("cloudformation",), ["b.yaml"]) == selected(files, ("cloudformation", "ansible"))
    assert (("helm", "terraform"), ["a/main.tf", "b.yaml"]) == selected(files, ("helm", "terraform"))


def test_what_is_skipped_decides_nothing(selected):
    """As for Checkov, whose --skip-path leaves a caller out: its module is a root module then."""
    files = {"root/main.tf": call("../m"), "m/main.tf": KEY, "x/main.tf": KEY}
    assert (TF, ["m/main.tf"]) == selected(files, skip_paths=["/root", "/x"])
    assert (TF, ["m/main.tf", "root/main.tf", "x/main.tf"]) == selected(files, skip_paths=["("])


CHANGED = {
    "a file without keys": (["idle/main.tf"], []),
    "a file beside a key": (["a/more.tf"], ["a/key.tf", "a/more.tf"]),
    "a module's caller": (["live/main.tf"], ["live/main.tf", "m/main.tf"]),
    "a module": (["m/main.tf"], ["live/main.tf", "m/main.tf"]),
    "values": (["live/terraform.tfvars"], ["live/main.tf", "m/main.tf"]),
    "a template": (["b.yaml"], ["b.yaml"]),
    "a manifest": (["u.yaml"], ["k.yaml", "u.yaml"]),
    "none": ([], []),
}


@pytest.mark.parametrize(("changed", "kept"), CHANGED.values(), ids=CHANGED)
def test_what_changed_files_can_have_a_part_in(selected, changed, kept):
    """Of all files those are kept that share a verdict with a changed one."""
    files = {
        "a/key.tf": KEY,
        "a/more.tf": PLAIN,
        "live/main.tf": call("../m"),
        "m/main.tf": KEY,
        "idle/main.tf": PLAIN,
        "b.yaml": STACK,
        "c.yaml": STACK,
        "k.yaml": CROSSPLANE_KEY,
        "u.yaml": CROSSPLANE_USER,
    }
    assert kept == selected(files, changed=changed)[1]


def test_files_one_by_one(write_files):
    """The frameworks of single files are those of the files that hold a key."""
    folder = write_files({"main.tf": KEY, "plain.tf": PLAIN, "a.yaml": STACK, "b.yaml": BUCKET})

    def frameworks(*names):
        return select_files([str(folder / name) for name in names]).frameworks

    assert (("terraform",), ("cloudformation",), ("terraform", "cloudformation"), ()) == (
        frameworks("main.tf", "plain.tf"),
        frameworks("a.yaml", "b.yaml"),
        frameworks("main.tf", "a.yaml"),
        frameworks("plain.tf", "b.yaml", "gone.md"),
    )


def test_links(write_files):
    """A link to a directory is not entered, but a module behind one is read; a link that leads nowhere is passed by."""
    folder = write_files({"main.tf": call("./link"), "../real/main.tf": KEY})
    (folder / "link").symlink_to(folder.parent / "real")
    (folder / "broken.tf").symlink_to(folder / "nowhere")
    (folder / "loop").symlink_to(folder)
    (folder / "self.tf").symlink_to(folder / "self.tf")
    (folder / "pipe.json").parent.mkdir(exist_ok=True)
    os.mkfifo(folder / "pipe.json")
    selection = select_directory(str(folder))
    assert TF == selection.frameworks
    assert {"terraform": (str(folder / "main.tf"),)} == selection.kept.files
    assert {str(folder): {str(folder / "link")}} == selection.kept.calls


@pytest.fixture
def records(request):
    """Every record, and every file that does not parse, of one runner over a folder."""
    runners = request.getfixturevalue("runners")

    def of(framework, folder, kept=None):
        register()
        chosen = RunnerFilter(framework=[framework], checks=["CKV2_KEYS_1"])
        with keep_to(str(folder), kept):
            report = runners[framework]().run(root_folder=str(folder), runner_filter=chosen)
        return Counter(
            (record.resource, record.file_path, *record.file_line_range, record.check_result["result"].value)
            for record in (*report.passed_checks, *report.failed_checks, *report.skipped_checks)
        )

    return of


@pytest.fixture
def same_records(records):
    """Assert that each framework has the same records with the selection as without; return how many there are."""

    def compared(folder):
        selection = select_directory(str(folder), FRAMEWORKS)
        number = 0
        for framework in FRAMEWORKS:
            whole = records(framework, folder)
            kept = selection.kept.files.get(framework)
            some = records(framework, folder, kept) if framework in selection.frameworks else Counter()
            assert whole == some, framework
            number += sum(whole.values())
        return number

    return compared


@pytest.mark.parametrize("language", FRAMEWORKS)
def test_the_same_records_for_all_cases_at_once(root, tmp_path, copy_case, same_records, language):
    """Every conformance case of a language, side by side in one repository with files that declare no key."""
    cases = [
        case
        for kind in (root / "tests" / "iac" / "cases" / language).iterdir()
        if kind.is_dir()
        for case in kind.iterdir()
    ]
    for case in cases:
        copy_case(case, tmp_path / case.parent.name / case.name)
    for number in range(5):
        plain = tmp_path / f"plain{number}"
        plain.mkdir()
        (plain / "main.tf").write_text(PLAIN)
        (plain / "stack.yaml").write_text(BUCKET)
    assert same_records(tmp_path) > 5


@pytest.mark.parametrize("seed", range(4))
def test_the_same_records_for_a_monorepo(tmp_path, same_records, seed):
    """Root modules that share modules across folders, one in ten of which names keys."""
    keyed = write_monorepo(tmp_path / "mono", 30, resources=4, share=0.2, seed=seed)
    assert same_records(tmp_path / "mono") >= 2 * keyed
