"""What the runners alone cannot do goes through Checkov's main."""

import sys
from pathlib import Path

import pytest
from filled_folders import FAILING, fill_with

READ = (
    "from checkov_keys.cli.scanning.runners_only_flags import read_runner_options\n"
    "from checkov_keys.cli.scanning.scan_configuration import ScanConfiguration\n"
    "print((lambda given: read_runner_options(given, ScanConfiguration(given)))"
)
BY_CHECKOVS_MAIN = {
    "CSV": (("-o", "csv"), {}, ""),
    "a flag of Checkov's main": (("--summary-position", "bottom"), {}, ""),
    "a flag that is cut short": (("--compac",), {}, ""),
    "a flag that is none": (("--frobnicate",), {}, ""),
    "help": (("--help",), {}, ""),
    "Helm": (("--framework", "helm"), {}, ""),
    "a framework that is none": (("--framework", "cobol"), {}, ""),
    "a framework chosen and skipped": (("--framework", "terraform", "--skip-framework", "terraform"), {}, ""),
    "files beside a directory": (("-f", "main.tf"), {}, ""),
    "a flag that begins like another one": (("-ca", "bundle.pem"), {}, ""),
    "a key in the configuration": ((), {}, "summary-position: bottom\n"),
    "a key that is none in the configuration": ((), {}, "frobnicate: true\n"),
    "a platform key": ((), {"BC_API_KEY": "x"}, ""),
    "the platform's address": ((), {"PRISMA_API_URL": "http://127.0.0.1:1"}, ""),
    "a variable that Checkov's parser maps": ((), {"CKV_NO_FAIL_ON_CRASH": "true"}, ""),
    "guidelines from the network": ((), {"BC_SKIP_MAPPING": "FALSE", "HTTPS_PROXY": "http://127.0.0.1:1"}, ""),
    "modules from the network": ((), {"DOWNLOAD_EXTERNAL_MODULES": "false"}, ""),
}


@pytest.mark.parametrize(("flags", "environment", "configuration"), BY_CHECKOVS_MAIN.values(), ids=BY_CHECKOVS_MAIN)
def test_left_to_checkovs_main(run_command, flags, environment, configuration):
    """What the runners alone cannot do goes through Checkov's main."""
    files = {"main.tf": FAILING, **({".checkov.yaml": configuration} if configuration else {})}
    fill_with(files)(run_command.folder)
    asked = f"import sys\n{READ}(sys.argv[1:]))"
    done = run_command(sys.executable, "-c", asked, "-d", ".", *flags, **environment)
    assert "None\n" == done.stdout, done.stderr


def test_a_saved_key_is_left_to_checkovs_main(run_command, clean_environment):
    """Checkov takes a platform key from the home directory too."""
    saved = Path(clean_environment["HOME"], ".bridgecrew", "credentials")
    saved.parent.mkdir()
    saved.write_text("key")
    asked = f"{READ}(['-d', '.']))"
    assert "None\n" == run_command(sys.executable, "-c", asked).stdout
