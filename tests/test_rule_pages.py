"""The page of each rule says what the rule itself says, and its templates are templates."""

import json
import re
import shutil
import subprocess

import pytest
import yaml
from cfnlint.api import lint_all
from write_sinks import fill_page

from checkov_keys.cli.accounts.exemption_file import read_exemptions
from checkov_keys.cli.accounts.flags import Groups, add_account_flags
from checkov_keys.cli.accounts.remediate_flags import TURNING_OFF
from checkov_keys.cli.parsers import build_configured_parser
from checkov_keys.domain.exemptions import read_skip_tag
from checkov_keys.domain.rules.family import LIVE_RULES, RULES, TEMPLATE_RULES
from checkov_keys.domain.rules.judging import Fact
from checkov_keys.iac.terraform.sinks import OUTPUT, SAFE_PLACES, SINKS

SECTIONS = ["What it finds", "Why it matters", "Audit", "Remediation", "Suppress"]
REMEDIES = ["AWS CLI", "Console", "Terraform", "CloudFormation"]
IN_TEMPLATES = {rule.text.id for rule in TEMPLATE_RULES}
LIVE = {rule.text.id: rule for rule in LIVE_RULES}
# The threshold of each rule that has one, and the permissions that its facts need.
THRESHOLDS = {
    "CKV2_KEYS_1": "rotation_grace_days",
    "CKV2_KEYS_2": "unused_days",
    "CKV2_KEYS_3": "max_age_days",
    "CKV2_KEYS_7": "left_over_days",
}
PERMISSIONS = {
    Fact.LAST_USE_OF_ACTIVE: "iam:GetAccessKeyLastUsed",
    Fact.LAST_USE_OF_INACTIVE: "iam:GetAccessKeyLastUsed",
    Fact.ROOT_KEY: "iam:GetAccountSummary",
    Fact.QUARANTINE: "iam:ListEntitiesForPolicy",
    Fact.PASSWORD: "iam:GetLoginProfile",
}
USER_IN_TERRAFORM = 'resource "aws_iam_user" "deployer" {\n  name = "deployer"\n}\n'
USER_IN_CLOUDFORMATION = "  Deployer:\n    Type: AWS::IAM::User\n"
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


@pytest.fixture
def read_page(root):
    """Return the text of a rule's page."""
    return lambda rule: (root / "docs" / "rules" / f"{rule.id}.md").read_text()


def find_blocks(text, language):
    """Return the fenced blocks of a language, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def list_controls(rule, name):
    """Return the controls of a benchmark, those of CIS with their versions."""
    named = [each for each in rule.benchmarks if each.name.startswith(name)]
    versions = [each.name.removeprefix(name).strip() for each in named]
    return ", ".join(
        f"{each.control} ({version})" if version else each.control for each, version in zip(named, versions)
    )


@every_rule
def test_facts(read_page, rule):
    """Each row of the table at the top is what the code says, and no row is missing."""
    text = read_page(rule)
    assert text.startswith(f"# {rule.id}: {rule.name}\n")
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text.partition("\n## ")[0], re.MULTILINE))
    assert (rule.severity, rule.category, f"<{rule.guideline}>") == (rows["severity"], rows["category"], rows["guide"])
    assert rows["runs"].startswith("if named: " if rule.if_named else "by default")
    for name in ("CIS AWS Foundations", "AWS Security Hub"):
        assert list_controls(rule, name) == rows.get(name, "")
    known = [rule.title, *(each.control for each in rule.benchmarks if "Conformity" in each.name)]
    assert known == re.findall(r"\*([^*]+)\*", rows["known as"])
    others = [each for each in rule.benchmarks if not re.match("CIS|AWS Security Hub|Trend", each.name)]
    assert all(each.name in rows["other benchmarks"] for each in others)
    assert ("`aws_iam_access_key`" in rows["applies to"]) is (rule.id in IN_TEMPLATES)


@every_rule
def test_thresholds_and_permissions(read_page, rule):
    """The flag with its default, and exactly the permissions that the rule's facts need."""
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", read_page(rule).partition("\n## ")[0], re.MULTILINE))
    parser = build_configured_parser("audit", "", "", open_keys={})
    add_account_flags(Groups(parser))
    defaults = vars(parser.parse_args([]))
    name = THRESHOLDS.get(rule.id)
    assert (f"`--{name.replace('_', '-')}` ({defaults[name]})" if name else "none") == rows["threshold"]
    needed = {PERMISSIONS[fact] for fact in (LIVE[rule.id].needs if rule.id in LIVE else ())}
    assert needed == set(re.findall(r"`(iam:\w+)`", rows["needs"]))


@every_rule
def test_one_skeleton(read_page, rule):
    """Every page has the same sections in the same order."""
    text = read_page(rule)
    assert SECTIONS == re.findall(r"^## (.+)$", text, re.MULTILINE)
    remedies = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert remedies == [*REMEDIES, *remedies[len(REMEDIES) :]]
    assert "UNKNOWN" in text
    assert ("checkov:skip=" in text) is (rule.id in IN_TEMPLATES)
    if rule.id not in LIVE:
        # There is no user to plan for.
        return
    plans = f"remediate --rule {rule.id}" if rule.id != "CKV2_KEYS_1" else "checkov-keys remediate"
    assert plans in text
    assert ("`--apply` is refused" in " ".join(text.split())) is (rule.id not in {*TURNING_OFF, "CKV2_KEYS_4"})


@every_rule
def test_exemptions(read_page, rule, tmp_path):
    """The entry of a file, and the tag, exempt from this rule and give a reason."""
    text = read_page(rule)
    for tag in re.findall(rf"`([^`]*{rule.id}: [^`]*)`", text):
        assert read_skip_tag(tag, rule.id).reason
    entries = [block for block in find_blocks(text, "yaml") if block.startswith("- arn")]
    assert len(entries) == (rule.id in LIVE and rule.id != "CKV2_KEYS_1")
    for entry in entries:
        (tmp_path / "exemptions.yaml").write_text(entry)
        (exemption,) = read_exemptions(str(tmp_path / "exemptions.yaml"))
        assert {rule.id} == exemption.rules


@every_rule
def test_terraform(read_page, rule, tmp_path):
    """Terraform reads each block, and it is formatted as Terraform formats it."""
    terraform = shutil.which("terraform")
    if not terraform:
        pytest.skip("terraform is not here")
    blocks = find_blocks(read_page(rule), "terraform")
    assert blocks
    for number, block in enumerate(blocks):
        (tmp_path / f"{number}.tf").write_text(block)
    done = subprocess.run(
        [terraform, "fmt", "-check", "-diff"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout), done.stderr


@every_rule
def test_cloudformation(read_page, rule):
    """CloudFormation's linter finds nothing in the resources, and nothing in whole templates."""
    blocks = find_blocks(read_page(rule), "yaml")
    texts = [block for block in blocks if block.startswith("Resources:")]
    for block in blocks:
        if re.match(r"\w+:\n  Type: AWS::", block):
            own = "".join(f"  {line}\n" for line in block.splitlines())
            texts.append(f"Resources:\n{USER_IN_CLOUDFORMATION}{own}")
    assert texts or "A template cannot do this" in read_page(rule)
    for text in texts:
        assert [] == [str(match) for match in lint_all(text) if match.rule.severity == "error"]


@pytest.mark.parametrize("rule", sorted(IN_TEMPLATES))
def test_what_a_scan_says(read_page, run_command, rule):
    """What the page says to turn off, to remove, or to keep elsewhere is what the rule finds; skip comments skip it."""
    verdicts = {"failed": 0, "passed": 0, "skipped": 0}
    for block in find_blocks(read_page(RULES[rule]), "terraform"):
        first = 'resource "aws_iam_access_key" "first" {\n  user = aws_iam_user.deployer.name\n}\n'
        (run_command.folder / "main.tf").write_text(USER_IN_TERRAFORM + first + block)
        done = run_command("checkov-keys", "scan", "-d", ".", "--check", rule, "-o", "json")
        results = json.loads(done.stdout).get("results", {})
        for name in verdicts:
            found = [each for each in results.get(f"{name}_checks", []) if not each["resource"].endswith(".first")]
            verdicts[name] += len(found)
    found = {"CKV2_KEYS_1": (0, 1, 1), "CKV2_KEYS_5": (2, 0, 1), "CKV2_KEYS_7": (1, 0, 1)}[rule]
    assert found == tuple(verdicts.values())


def test_what_a_scan_says_of_secrets_in_cloudformation(read_page, run_command):
    """The output of the first template is a finding, and the store of the second one is not."""
    found = []
    for block in find_blocks(read_page(RULES["CKV2_KEYS_5"]), "yaml"):
        (run_command.folder / "template.yaml").write_text(block)
        done = run_command("checkov-keys", "scan", "-d", ".", "--check", "CKV2_KEYS_5", "-o", "json")
        records = json.loads(done.stdout).get("results", {}).get("failed_checks", [])
        found.append([secret["key"] for record in records for secret in record["exposed_secrets"]])
    assert [["AWS::IAM::AccessKey.Key"], []] == found


def test_tables_of_sinks(read_page):
    """The page has every row of the tables by which secrets are judged: `make docs` writes them."""
    text = read_page(RULES["CKV2_KEYS_5"])
    assert text == fill_page(text)
    for place in (OUTPUT, *SINKS, *SAFE_PLACES):
        words = [word for word in f"{place.types} {place.arguments}".split() if word != "*"]
        rows = [line for line in text.splitlines() if f"[{place.reason}]({place.link})" in line]
        assert any(all(f"`{word}`" in row for word in words) for row in rows), place


def test_yaml_of_suppressions(read_page):
    """What CloudFormation's metadata shows is YAML, and names the rule of its page."""
    for rule in (RULES[each] for each in IN_TEMPLATES):
        (shown,) = re.findall(r"`(Metadata: [^`]+)`", read_page(rule))
        (entry,) = yaml.safe_load(shown)["Metadata"]["checkov"]["skip"]
        assert (rule.id, "rotation") == (entry["id"], entry["comment"])
