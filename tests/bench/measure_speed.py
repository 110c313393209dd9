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

from generated_graphs import cloudformation_graph, crossplane_graph

import checkov_keys
from checkov_keys.domain.rules.one_active_key import ONE_ACTIVE_KEY_IN_TEMPLATES
from checkov_keys.iac.cloudformation.reader import CloudFormationReader
from checkov_keys.iac.crossplane.reader import CrossplaneReader
from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck
from checkov_keys.iac.terraform.module_tree import ModuleTree
from checkov_keys.iac.terraform.reader import ConfigurationReader
from checkov_keys.iac.terraform.scan_context import ScanContext
from checkov_keys.iac.terraform.secret_reader import follow_roots

KEYS = 100_000
RESOURCES = 2_000
RUNS = 5
ATTRIBUTED = Path(__file__).with_name("attributed_scan.py")
QUIET = {**os.environ, "BC_SKIP_MAPPING": "TRUE", "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE"}
GRAPHS = (
    (CloudFormationReader(), cloudformation_graph),
    (CrossplaneReader(), crossplane_graph),
)

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
"""
OTHERS = """
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
resource "aws_instance" "i{n}" {{
  ami           = "ami-{n}"
  instance_type = "t3.micro"
}}
"""


SINKS = """
resource "aws_iam_access_key" "s{n}" {{
  user = "user-{n}"
}}
locals {{
  creds{n} = {{ id = aws_iam_access_key.s{n}.id, secret = aws_iam_access_key.s{n}.secret }}
}}
resource "aws_lambda_function" "f{n}" {{
  environment {{
    variables = local.creds{n}
  }}
}}
"""


def check_seconds(reader, generated, keys):
    """The least CPU time of three runs of the check over a generated graph."""
    graph = generated(keys)
    check = AccessKeyGraphCheck(ONE_ACTIVE_KEY_IN_TEMPLATES, reader)
    times = []
    for _ in range(3):
        gc.collect()
        start = time.process_time()
        passed, failed, unknown = check.run(graph)
        times.append(time.process_time() - start)
        assert keys == len(passed) + len(failed), (len(passed), len(failed), len(unknown))
    return min(times)


def reading_seconds(keys):
    """The least CPU time of three readings of a root module with so many keys, from its files."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        write_root(folder, "".join(MAIN.format(n=n) for n in range(keys // 2)))
        for _ in range(3):
            gc.collect()
            start = time.process_time()
            reading = ConfigurationReader(ScanContext((folder,), folder)).read()
            times.append(time.process_time() - start)
            assert keys == len(reading.keys)
    return min(times)


def following_seconds(keys):
    """The least CPU times of three readings of a root module with so many keys, each with a sink: keys, then secrets.

    The second reading finds the files parsed, as the second check of a scan does.
    """
    first, second = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_root(folder, "".join(SINKS.format(n=n) for n in range(keys)))
        for _ in range(3):
            context = ScanContext((folder,), folder, tree=ModuleTree())
            gc.collect()
            start = time.process_time()
            assert keys == len(ConfigurationReader(context).read().keys)
            between = time.process_time()
            assert [keys] == [len(root.found) for root in follow_roots(context)]
            first.append(between - start)
            second.append(time.process_time() - between)
    return min(first), min(second)


def write_root(folder, *texts):
    """Write a root module whose resources are in files of their own."""
    Path(folder, "variables.tf").write_text('variable "status" { default = "Inactive" }\n')
    for part, text in enumerate(texts):
        Path(folder, f"part{part}.tf").write_text(text)


def scan_seconds(folder, *flags):
    """The CPU time of one scan by the real command."""
    command = [Path(sys.executable).with_name("checkov"), "-d", folder, "--framework", "terraform", "--quiet", *flags]
    before = os.times()
    done = subprocess.run(command, env=QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    assert done.returncode in (0, 1), done.stderr.decode()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main():
    """Measure and print both."""
    for reader, generated in GRAPHS:
        few, many = (check_seconds(reader, generated, keys) for keys in (KEYS // 10, KEYS))
        print(
            f"{type(reader).__name__}: {KEYS:,} keys in {many:.2f} s (goal: at most 2 s), "
            f"{many / few:.1f} times the time of {KEYS // 10:,} (goal: at most 12 times)"
        )
    few, many = (reading_seconds(keys) for keys in (KEYS // 10, KEYS))
    print(
        f"Terraform's files: {KEYS:,} keys read and evaluated in {many:.2f} s, "
        f"{many / few:.1f} times the time of {KEYS // 10:,} (goal: at most 12 times)"
    )
    (_, few), (keys, many) = following_seconds(KEYS // 100), following_seconds(KEYS // 10)
    print(
        f"Secrets of {KEYS // 10:,} keys followed to as many sinks in {many:.2f} s, {many / keys:.1f} times what rule "
        f"1 takes (goal: at most as much), {many / few:.1f} times the time of {KEYS // 100:,} (goal: at most 12 times)"
    )
    with tempfile.TemporaryDirectory() as folder:
        texts = []
        for part in range(20):
            numbers = range(part * RESOURCES // 60, (part + 1) * RESOURCES // 60)
            # Every tenth block of three resources is a user with its two keys.
            text = "".join((OTHERS if n % 10 else MAIN).format(n=n) for n in numbers)
            texts.append(text)
        write_root(folder, *texts)
        pack = ("--external-checks-dir", str(Path(checkov_keys.__file__).with_name("external_checks")))
        without, with_pack = [], []
        for _ in range(RUNS):
            without.append(scan_seconds(folder))
            with_pack.append(scan_seconds(folder, *pack))
        share = float(subprocess.check_output([sys.executable, ATTRIBUTED, folder, pack[1]], env=QUIET))
    print(f"a scan of {RESOURCES:,} resources: {min(without):.2f} s, with the pack {min(with_pack):.2f} s")
    print(f"the pack adds {100 * (min(with_pack) / min(without) - 1):+.1f} % (least of {RUNS} runs each)")
    print(f"within one scan, loading the pack and its check take {100 * share:.1f} % (goal: at most 10 %)")


if __name__ == "__main__":
    main()
