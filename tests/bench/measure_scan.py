"""What `make bench` runs last: `checkov-keys scan` beside plain Checkov with the pack, on generated repositories.

Goals on two cores: no key anywhere in 100,000 files → under 3 s; 1,000 directories → at least 10 times faster, 5,000 →
at least 30 times; one small file → at most 0.7 times the time, a small tree → at most 0.3 s more; 1,000 roots of which
all hold keys → at most 10 s, 5,000 of these → at most 5.3 times that, with less than 400 MB. Nothing here fails, since
it is a measurement. Plain Checkov is stopped after ten minutes, so the largest repositories take that long.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from generated_monorepo import write_monorepo

DIRECTORIES = (100, 1_000, 5_000)
SHARES = (0.01, 0.1, 0.3, 1.0)
MOST_SECONDS = 600
FILES_WITHOUT_KEY = 100_000
REPEATS = 5
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "BC_SKIP_MAPPING": "TRUE", "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE"}


def scan(*target):
    return [BIN / "checkov-keys", "scan", *target, "--compact", "--quiet"]


def plain(*target, frameworks=()):
    """Return the command that runs Checkov with the pack, over all frameworks if none is named, as most people do."""
    checks = subprocess.run([BIN / "checkov-keys", "checks-dir"], capture_output=True, text=True, check=True)
    flags = [
        "--external-checks-dir",
        checks.stdout.strip(),
        "--check",
        "CKV2_KEYS_1,CKV2_KEYS_5",
        "--compact",
        "--quiet",
    ]
    return [BIN / "checkov", *target, *flags, *(flag for name in frameworks for flag in ("--framework", name))]


def proportional_memory(pid):
    """Return what a process and all that it has started hold now, in megabytes, what they share counted once."""
    total = 0
    with contextlib.suppress(OSError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(map(proportional_memory, (task / "children").read_text().split()))
    return total


def ran(command):
    """Run a command; return its wall and processor time in seconds, its peak memory in megabytes, and what it found."""
    peak = sampled = 0
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            done, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - start
            if done:
                break
            if seconds > sampled + 0.2:
                peak, sampled = max(peak, proportional_memory(process.pid)), seconds
            if seconds > MOST_SECONDS:
                os.killpg(process.pid, signal.SIGKILL)
                os.wait4(process.pid, 0)
                return seconds, None, None, None
            time.sleep(0.005)
        output.seek(0)
        failed = output.read().count("FAILED for resource")
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime, peak, failed


def side_by_side(name, *target):
    """Print both on one line; return how many times faster the scan is."""
    ours, theirs = ran(scan(*target)), ran(plain(*target))
    told = [
        f"{label} {'past ' if peak is None else ''}{wall:.1f} s"
        + ("" if peak is None else f" ({processor:.1f} s of processor, {peak:.0f} MB, {failed} failed)")
        for label, (wall, processor, peak, failed) in (("scan", ours), ("checkov", theirs))
    ]
    ratio = theirs[0] / ours[0]
    print(
        f"{name:<34} {', '.join(told)}: {'more than ' if theirs[2] is None else ''}{ratio:.1f} times faster", flush=True
    )
    if theirs[3] is not None and ours[3] != theirs[3]:
        print(f"  the findings differ: {ours[3]} and {theirs[3]}")
    return ratio


def growing(folder, few=1_000, many=5_000):
    """Print how long roots take by the share of those that hold keys, and once beside both forms of plain Checkov."""
    print(f"{'roots, with keys':<18} {'scan':>18} {'checkov --framework terraform':>32} {'checkov':>18}", flush=True)
    seconds = {}
    for roots, share in [*((few, each) for each in SHARES), (many, 1.0)]:
        repository = folder / f"{roots}-{share}"
        write_monorepo(repository, roots, share=share)
        commands = [scan("-d", repository)]
        if (roots, share) == (few, 1.0):
            # Plain Checkov takes as long for any share, and past ten minutes for many roots.
            commands += [plain("-d", repository, frameworks=["terraform"]), plain("-d", repository)]
        results = [ran(command) for command in commands]
        told = [
            f"past {wall:.0f} s" if peak is None else f"{wall:.1f} s, {peak:.0f} MB" for wall, _, peak, _ in results
        ]
        print(f"{roots:>6,} {share:>10.0%} {told[0]:>18} " + " ".join(f"{each:>25}" for each in told[1:]), flush=True)
        found = {failed for _, _, _, failed in results if failed is not None}
        if len(found) > 1:
            print(f"  the findings differ: {found}")
        seconds[roots] = results[0][0]
        shutil.rmtree(repository)
    print(f"{many:,} roots take {seconds[many] / seconds[few]:.1f} times what {few:,} take", flush=True)


def small(name, *target):
    """Print the medians over a small target, run by turns."""
    times = [(ran(scan(*target))[0], ran(plain(*target))[0]) for _ in range(REPEATS)]
    ours, theirs = (median(each) for each in zip(*times))
    print(f"{name:<34} scan {ours:.2f} s, checkov {theirs:.2f} s: {ours / theirs:.2f} times the time", flush=True)


def without_key(folder):
    """Write files that declare no key, and time the scan of them."""
    text = "".join(f'resource "aws_s3_bucket" "b{n}" {{\n  bucket = "name-{n}"\n}}\n\n' for n in range(20))
    for number in range(FILES_WITHOUT_KEY // 10):
        service = folder / f"team{number % 50:02d}" / f"service{number:05d}"
        service.mkdir(parents=True)
        for file in range(10):
            (service / f"f{file}.tf").write_text(text)
    ran(scan("-d", folder))
    times = [ran(scan("-d", folder))[:2] for _ in range(3)]
    wall, processor = min(times)
    print(
        f"{FILES_WITHOUT_KEY:,} files without a key{'':<8} scan {wall:.1f} s ({processor:.1f} s of processor)",
        flush=True,
    )


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        growing(folder)
        small("one file of Terraform", "-f", ROOT / "examples" / "terraform" / "failing" / "main.tf")
        small("a directory with one file", "-d", ROOT / "examples" / "terraform" / "failing")
        small("all examples", "-d", ROOT / "examples")
        write_monorepo(folder / "none", 1_000, share=0)
        side_by_side("1,000 directories, no key", "-d", folder / "none")
        shutil.rmtree(folder / "none")
        without_key(folder / "files")
        shutil.rmtree(folder / "files")
        for directories in DIRECTORIES:
            repository = folder / str(directories)
            write_monorepo(repository, directories)
            side_by_side(f"{directories:,} directories, 1 % with keys", "-d", repository)
            shutil.rmtree(repository)


if __name__ == "__main__":
    main()
