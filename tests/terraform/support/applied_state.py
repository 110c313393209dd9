"""What the real Terraform makes of a directory: a copy is applied with the stand-in provider, and its state read.

    with Terraform() as terraform:
        applied = terraform.apply(folder, flags=["-var-file=prod.tfvars"])
        applied.keys     # {address: (user, status, provider)}
        applied.failed   # addresses of active keys whose user has another one in the same account

One provider process serves every run; a directory with several provider configurations gets processes of its own, as
only they know in which account each works. Nothing leaves the machine. Fit for directories whose providers are aws and
terraform's own, and whose modules are local.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAND_IN = Path(__file__).with_name("stand_in_provider.py")
SOURCES = {name: f"registry.terraform.io/hashicorp/{name}" for name in ("aws", "null", "local", "kubernetes")}
# Most directories need these; Terraform starts the others for each command.
SHARED = ("aws", "null")
LEFT_BEHIND = (".terraform", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.backup")
SECOND_PROVIDER = re.compile(r'^\s*alias\s*=|"alias"\s*:', re.MULTILINE)
MODULE_BLOCK = re.compile(r'^\s*module\s+"?\w|"module"\s*:', re.MULTILINE)


class RefusedError(Exception):
    """Terraform does not take a directory; the text is what it says, without colours."""


@dataclass(frozen=True)
class Applied:
    """The keys that exist after an apply, with the verdict of each."""

    keys: dict[str, tuple[str, str, str]]
    """Address: (user, status, provider as the state writes it)."""
    failed: list[str]
    """Addresses of active keys whose user has more than one, sorted."""
    passed: list[str]
    """All other addresses, sorted."""
    accounts: dict[str, str] = field(default_factory=dict)
    """Address: account, twelve digits."""
    plan: dict[str, Any] | None = None
    """`terraform show -json` of the plan, where asked for."""
    state: dict[str, Any] | None = None
    """`terraform.tfstate`, where asked for."""


def find_obstacle():
    """Why the real Terraform cannot be asked here, or None where it can."""
    if not shutil.which("terraform"):
        return "terraform is not on PATH"
    try:
        import tf.runner  # noqa: F401, PLC0415  # only looked for
    except ImportError:
        return "the PyPI package tf is not installed: pip install -e '.[dev]'"
    return None


def read_account(key_id):
    """The account, twelve digits, that an access key's id tells."""
    return str(int.from_bytes(base64.b32decode(key_id[4:12]), "big")).zfill(12)


class Terraform:
    """Runs `terraform` on copies of directories; a context manager that ends the provider it started.

    Raises FileNotFoundError where terraform is not on PATH.
    """

    def __init__(self, python=sys.executable):
        self.python = str(python)

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="terraform-")))
            self.environment = self._write_settings()
            self.attached = {SOURCES[name]: stack.enter_context(self._serve(name)) for name in SHARED}
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def apply(self, directory, flags=(), *, tree=None, plan=False, state=False):
        """Apply a copy of a directory with flags of `terraform plan`; returns an Applied.

        `tree` is a folder above the directory that holds modules it calls. Flags are as if given in the directory.
        Raises RefusedError with Terraform's words where it does not take the directory.
        """
        directory, tree = Path(directory).resolve(), Path(tree or directory).resolve()
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            copy = Path(name) / "tree"
            shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
            root = copy / directory.relative_to(tree)
            environment = self._choose_environment(copy)
            if has_block(root, MODULE_BLOCK):
                self._run(root, environment, "get", "-no-color")
            planned = None
            target = []
            if plan:
                self._run(root, environment, "plan", "-input=false", "-no-color", "-out=tfplan.bin", *flags)
                planned = json.loads(self._run(root, environment, "show", "-json", "tfplan.bin"))
                flags, target = (), ["tfplan.bin"]
            common = ("-input=false", "-no-color", "-auto-approve", "-lock=false", "-compact-warnings")
            self._run(root, environment, "apply", *common, *flags, *target)
            made = root / "terraform.tfstate"
            found = json.loads(made.read_text()) if made.exists() else {"resources": []}
        return judge_state(found, planned, found if state else None)

    def _write_settings(self):
        """Write the settings with which Terraform starts the provider by itself; returns the environment."""
        programs = self.folder / "bin"
        programs.mkdir()
        for name in SOURCES:
            program = programs / f"terraform-provider-{name}"
            program.write_text(f'#!/bin/sh\nexec "{self.python}" -W ignore "{STAND_IN}" {name} "$@"\n')
            program.chmod(0o755)
        lines = "".join(f'    "{source}" = "{programs}"\n' for source in SOURCES.values())
        settings = self.folder / "settings.tfrc"
        settings.write_text(f"provider_installation {{\n  dev_overrides {{\n{lines}  }}\n}}\n")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
        return {**kept, "TF_CLI_CONFIG_FILE": str(settings), "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}

    @contextlib.contextmanager
    def _serve(self, name):
        """Start a provider for every run; yields how Terraform reaches it."""
        command = [self.python, "-u", "-W", "ignore", str(STAND_IN), name, "--dev"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment) as process:
            try:
                for line in process.stdout:
                    if "TF_REATTACH_PROVIDERS=" in line:
                        yield json.loads(line.split("=", 1)[1].strip().strip("'"))[SOURCES[name]]
                        return
                raise RuntimeError("the stand-in provider did not start")
            finally:
                process.terminate()

    def _choose_environment(self, tree):
        attached = self.attached
        if has_block(tree, SECOND_PROVIDER):
            attached = {SOURCES["null"]: attached[SOURCES["null"]]}
        return {**self.environment, "TF_REATTACH_PROVIDERS": json.dumps(attached)}

    def _run(self, root, environment, *words):
        command = ["terraform", *words]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RefusedError((done.stderr or done.stdout).strip())
        return done.stdout


def has_block(folder, block):
    """Whether a configuration file in or below a folder holds such a block."""
    return any(block.search(path.read_text(errors="replace")) for path in _find_configuration(folder))


def _find_configuration(folder):
    return [path for path in folder.rglob("*") if path.name.endswith((".tf", ".tf.json")) and path.is_file()]


def judge_state(state, plan=None, kept=None):
    """The Applied that a state, a document of version 4, stands for; `plan` and `kept` become its plan and state."""
    keys, accounts, active = {}, {}, defaultdict(list)
    for resource in state["resources"]:
        if resource["type"] != "aws_iam_access_key" or resource["mode"] != "managed":
            continue
        for instance in resource["instances"]:
            address, values = _write_address(resource, instance), instance["attributes"]
            keys[address] = (values["user"], values["status"], resource["provider"])
            accounts[address] = read_account(values["id"])
            if values["status"] == "Active":
                active[accounts[address], values["user"].lower()].append(address)
    failed = sorted(address for addresses in active.values() if len(addresses) > 1 for address in addresses)
    return Applied(keys, failed, sorted(set(keys) - set(failed)), accounts, plan, kept)


def _write_address(resource, instance):
    index = instance.get("index_key")
    address = ".".join(part for part in (resource.get("module"), resource["type"], resource["name"]) if part)
    address = address if index is None else f"{address}[{_quote(index)}]"
    return f"{address} (deposed object {instance['deposed']})" if "deposed" in instance else address


def _quote(index):
    text = json.dumps(index, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{")
