"""What `make bench` runs: how long the check takes over a large graph, and what the pack adds to a scan.

Both are ratios within one run, so that a slow machine does not matter; the seconds are of CPU time on one core.
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_graphs import terraform_graph

import checkov_keys
from checkov_keys.domain.rules import ONE_ACTIVE_KEY
from checkov_keys.iac.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.terraform_reader import TerraformReader

KEYS = 100_000
RESOURCES = 2_000
REPETITIONS = 5

MAIN = """
resource "aws_iam_user" "u{n}" {{
  name = "user-{n}"
  tags = {{ team = "t{n}" }}
}}
resource "aws_iam_access_key" "a{n}" {{
  user = aws_iam_user.u{n}.name
}}
resource "aws_iam_access_key" "b{n}" {{
  user   = aws_iam_user.u{n}.name
  status = var.status
}}
resource "aws_s3_bucket" "s{n}" {{
  bucket = "bucket-{n}"
}}
resource "aws_security_group" "g{n}" {{
  name = "group-{n}"
  ingress {{
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }}
}}
"""


def check_seconds(keys):
    """The least CPU time of three runs of the check over a generated graph."""
    graph = terraform_graph(keys)
    check = AccessKeyGraphCheck(ONE_ACTIVE_KEY, TerraformReader())
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        passed, failed, unknown = check.run(graph)
        times.append(time.process_time() - start)
        assert keys == len(passed) + len(failed), (len(passed), len(failed), len(unknown))
    return min(times)


def scan_seconds(folder, *flags):
    """The CPU time of one scan by the real command."""
    command = [Path(sys.executable).with_name("checkov"), "-d", folder, "--framework", "terraform", "--quiet", *flags]
    environment = {**os.environ, "BC_SKIP_MAPPING": "TRUE", "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE"}
    before = os.times()
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    assert done.returncode in (0, 1), done.stderr.decode()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main():
    """Measure and print both."""
    few, many = check_seconds(KEYS // 10), check_seconds(KEYS)
    print(f"the check over {KEYS:,} keys: {many:.2f} s (goal: at most 2 s)")
    print(f"ten times the keys, {KEYS // 10:,} to {KEYS:,}: {many / few:.1f} times the time (goal: at most 12)")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "variables.tf").write_text('variable "status" { default = "Inactive" }\n')
        for part in range(RESOURCES // 100):
            text = "".join(MAIN.format(n=part * 20 + n) for n in range(20))
            Path(folder, f"part{part}.tf").write_text(text)
        pack = ("--external-checks-dir", str(Path(checkov_keys.__file__).with_name("external_checks")))
        without, with_pack = [], []
        for _ in range(REPETITIONS):
            without.append(scan_seconds(folder))
            with_pack.append(scan_seconds(folder, *pack))
    added = 100 * (min(with_pack) / min(without) - 1)
    print(f"a scan of {RESOURCES:,} resources: {min(without):.2f} s, with the pack {min(with_pack):.2f} s")
    print(f"the pack adds {added:+.1f} % (goal: at most 2 %; least of {REPETITIONS} runs each)")


if __name__ == "__main__":
    main()
