"""Scans of Terraform in which more than a folder's files decides: modules outside it, plans with their sources."""

import json
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"
PLANNED = "terraform_plan/reported/for_each_over_users_that_are_unknown/tfplan.json.txt"
SOURCE = """
variable "team" {}
resource "aws_iam_user" "team" {
  for_each = var.team
  name     = each.key
}
resource "aws_iam_access_key" "fail_k_x2" {
  for_each = aws_iam_user.team
  user     = each.value.name
}
resource "aws_iam_access_key" "fail_one" {
  # checkov:skip=CKV2_KEYS_1:rotation
  user = aws_iam_user.team["a"].name
}
resource "aws_iam_access_key" "fail_two" {
  user = aws_iam_user.team["b"].name
}
"""


def test_a_module_outside_the_scanned_folder(scan, copy_case, tmp_path):
    """A local module is followed wherever it lies: only the environment is scanned, its module stands beside it."""
    copy_case(CASES / "terraform" / "reported" / "a_module_outside_the_root", tmp_path)
    found = scan("terraform", tmp_path / "envs" / "prod")
    assert {("module.fail_a.aws_iam_access_key.this", "failed"), ("aws_iam_access_key.fail_b", "failed")} == set(found)


def _keys(*names):
    return sorted(f"aws_iam_access_key.{name}" for name in names)


def test_a_plan_with_its_sources(run_command, root, write_files):
    """Checkov's plan enrichment shows the source's lines and takes its skip comments; deep analysis judges the same."""
    folder = write_files({"tfplan.json": (CASES / PLANNED).read_text(), "repo/main.tf": SOURCE})
    pack = root / "checkov_keys" / "external_checks"
    scan = ["checkov-keys", "scan", "-f", folder / "tfplan.json", "-o", "json"]
    enriched = _results(run_command(*scan, "--repo-root-for-plan-enrichment", folder / "repo"))
    every = ('fail_k_x2["a"]', 'fail_k_x2["b"]', "fail_two")
    assert (_keys(*every), _keys("fail_one")) == enriched
    deep = ["checkov", "--external-checks-dir", pack, "--framework", "terraform_plan", "-o", "json", "--deep-analysis"]
    flags = ["-f", folder / "tfplan.json", "-c", "CKV2_KEYS_1", "--repo-root-for-plan-enrichment", folder / "repo"]
    failed, skipped = _results(run_command(*deep, *flags))
    assert _keys(*every, "fail_one") == sorted([*failed, *skipped])


def _results(done):
    results = json.loads(done.stdout)["results"]
    failed, skipped = (
        sorted(record["resource"] for record in results[kind]) for kind in ("failed_checks", "skipped_checks")
    )
    return failed, skipped
