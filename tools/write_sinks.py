"""Writes the tables of sinks and of safe places into docs/rules/CKV2_KEYS_5.md: make docs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from checkov_keys.iac.cloudformation import sinks as cloudformation_sinks
from checkov_keys.iac.terraform import sinks as terraform_sinks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checkov_keys.iac.common.places import Place

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules" / "CKV2_KEYS_5.md"
# The places of each table, by the name that marks it in the page.
TABLES: dict[str, Iterable[Place]] = {
    "sinks of Terraform": (terraform_sinks.OUTPUT, *terraform_sinks.SINKS),
    "safe places of Terraform": terraform_sinks.SAFE_PLACES,
    "sinks of CloudFormation": cloudformation_sinks.SINKS,
    "safe places of CloudFormation": cloudformation_sinks.SAFE_PLACES,
}


def fill_page(text: str) -> str:
    """Return the page with each table in the place of what is between its marks."""
    for name, places in TABLES.items():
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->\n"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{format_table(places)}\n{end}{rest.partition(end)[2]}"
    return text


def format_table(places: Iterable[Place]) -> str:
    """Return places as a table in Markdown, with a link from each reason to its source."""
    rows = [
        f"| {_list_words(place.types)} | {_list_words(place.arguments)}{_format_condition(place)} | "
        f"[{place.reason}]({place.link}) |\n"
        for place in places
    ]
    return "".join(["| type | argument | why |\n|---|---|---|\n", *rows])


def _list_words(words: str) -> str:
    return ", ".join("any" if word == "*" else f"`{word}`" for word in words.split())


def _format_condition(place: Place) -> str:
    name, _, texts = place.when.partition("=")
    wanted = [f"`{text}`" if text else "omitted" for text in re.split(" ", texts)]
    return f" if `{name}` is {' or '.join(wanted)}" if name else ""


def main() -> None:
    """Write the page."""
    PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
