"""Scan a folder with the pack in this process, and print which share of the CPU time went into the pack itself."""

import contextlib
import io
import sys
import time
from pathlib import Path

from checkov.main import Checkov


def main():
    """Take a folder to scan and the directory of the pack's loader from the command line."""
    folder, pack = sys.argv[1:]
    start = time.process_time()
    from checkov_keys.iac.host.graph_check import AccessKeyGraphCheck  # noqa: PLC0415  # its time is what is measured
    from checkov_keys.iac.host.registration import register  # noqa: PLC0415, F401

    loading = time.process_time() - start
    spent = [loading]
    judged = AccessKeyGraphCheck.run

    def run(check, graph):
        before = time.thread_time()
        result = judged(check, graph)
        spent.append(time.thread_time() - before)
        return result

    AccessKeyGraphCheck.run = run
    flags = ["-d", folder, "--framework", "terraform", "--quiet", "--external-checks-dir", str(Path(pack))]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        Checkov(flags).run()
    assert len(spent) > 1, "the check did not run"
    # What Checkov itself takes includes its import, which every scan pays.
    print(sum(spent) / (time.process_time() - sum(spent)))


if __name__ == "__main__":
    main()
