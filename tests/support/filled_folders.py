"""A template that fails, and functions that fill a folder, each time in the same way."""

import shutil

# Two active keys of one user.
FAILING = 'resource "aws_iam_access_key" "a" { user = "u" }\nresource "aws_iam_access_key" "b" { user = "u" }\n'


def fill_from(folder):
    """Fill a folder with one of the project's, its files under their true names."""

    def fill(target):
        shutil.copytree(folder, target, dirs_exist_ok=True)
        for path in list(target.rglob("*.txt")):
            path.rename(path.with_name(path.name.removesuffix(".txt")))

    return fill


def fill_with(files):
    """Fill a folder with a table of files (relative path: text)."""

    def fill(target):
        for name, text in files.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return fill
