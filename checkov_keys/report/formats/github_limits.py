"""What GitHub code scanning accepts of a SARIF file, and what it refuses.

https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
"""

from __future__ import annotations

import zlib

# Per run; it keeps the most severe ones.
MOST_RESULTS_KEPT = 5_000
# Per run; it refuses the whole upload if there are more.
MOST_RESULTS = 25_000
# Per upload. GitHub does not say which megabytes it means; these are the smaller ones.
MOST_BYTES_GZIPPED = 10_000_000
# Per upload; the action github/codeql-action/upload-sarif uploads a whole folder at once.
MOST_RUNS = 20
# Per result, of all its flows; it keeps the first of them and refuses a file with more than 10,000.
MOST_FLOW_LOCATIONS = 1_000
# Per result; it keeps the first of them and refuses a file with more than 1,000.
MOST_LOCATIONS = 100
_CHUNK = 1 << 20


def check_limits(file: str, results: int, text: str, remedy: str) -> list[str]:
    """Return a sentence for each of GitHub's limits that a SARIF file exceeds, [] if GitHub accepts all of it.

    `results` counts suppressed ones too, as GitHub does, `text` is the file (ASCII), `remedy` is what to do about it.
    """
    faults = []
    if results > MOST_RESULTS:
        faults.append(f"holds {results:,} results: GitHub code scanning refuses a file with more than {MOST_RESULTS:,}")
    elif results > MOST_RESULTS_KEPT:
        faults.append(f"holds {results:,} results: GitHub code scanning keeps only {MOST_RESULTS_KEPT:,} of them")
    size = count_gzipped(text)
    if size > MOST_BYTES_GZIPPED:
        most = _format_megabytes(MOST_BYTES_GZIPPED)
        faults.append(f"is {_format_megabytes(size)} gzipped: GitHub code scanning refuses more than {most}")
    return [f"{file} {fault}; {remedy}" for fault in faults]


def check_run_limit(files: str, runs: int) -> list[str]:
    """Return a sentence if files of one run each are too many to upload their folder at once, else []."""
    if runs <= MOST_RUNS:
        return []
    sentence = (
        f"{files}: github/codeql-action/upload-sarif uploads a folder at once, and GitHub code scanning refuses an "
        f"upload of more than {MOST_RUNS} files like these {runs:,}; upload each by itself (see docs/ci/github.md)"
    )
    return [sentence]


def count_gzipped(text: str) -> int:
    """Return how many bytes a text (ASCII) takes when gzipped; its own length if that is within the limit."""
    if len(text) <= MOST_BYTES_GZIPPED:
        return len(text)
    # 31: a gzip header and trailer around the data.
    compressor = zlib.compressobj(wbits=31)
    size = sum(len(compressor.compress(text[start : start + _CHUNK].encode())) for start in range(0, len(text), _CHUNK))
    return size + len(compressor.flush())


def _format_megabytes(size: int) -> str:
    # Rounded up, so that a size beyond the limit never looks like the limit.
    return f"{-(-size // 100_000) / 10:g} MB"
