"""Templates in a folder, and the command that edits them."""

import pytest


@pytest.fixture
def fix(run_command):
    """Run `checkov-keys fix` over a table of files in a folder of its own."""

    def run(files, *flags, **environment):
        for name, text in files.items():
            path = run_command.folder / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_command("checkov-keys", "fix", *flags, **environment)

    run.folder, run.run = run_command.folder, run_command
    return run
