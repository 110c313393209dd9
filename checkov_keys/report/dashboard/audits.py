"""Who read which accounts, when and with what: what `checkov-keys audit` writes under `audit` in its JSON."""

from __future__ import annotations

from typing import Any

from checkov_keys.report.dashboard.texts import clean_text

# Of a time in ISO 8601, up to its minutes.
_MINUTES = 16


class AuditNotes:
    """What audits say of themselves.

    `callers` (ARNs) and `tools` (names with versions) are in the order of the results; `read_at` is {account: time}.
    """

    def __init__(self) -> None:
        self.callers: dict[str, None] = {}
        self.tools: dict[str, None] = {}
        self.read_at: dict[str, str] = {}

    def add(self, audit: dict[str, Any]) -> list[tuple[str, str]]:
        """Add the notes of one audit, {} for none, and return the ids and names of its accounts."""
        self.callers.update(dict.fromkeys(filter(None, [clean_text(audit.get("caller"))])))
        names = (("tool", "version"), ("", "checkov_version"))
        made = [f"{clean_text(audit.get(tool)) or 'Checkov'} {clean_text(audit.get(name))}" for tool, name in names]
        self.tools.update({" and ".join(made): None} if audit.get("version") else {})
        accounts = audit.get("accounts")
        listed = [each for each in accounts if isinstance(each, dict)] if isinstance(accounts, list) else []
        known = [(clean_text(each.get("id")), each) for each in listed]
        for account, each in known:
            if account and each.get("read_at"):
                self.read_at[account] = format_minute(clean_text(each["read_at"]))
        return [(account, clean_text(each.get("name"))) for account, each in known if account]

    @property
    def reading(self) -> str:
        """When, by whom and with what the accounts were read, as one sentence; "" if nothing of it is known."""
        times = sorted(set(self.read_at.values()))
        when = f"{times[0]} to {times[-1]} UTC" if len(times) > 1 else "".join(f"{time} UTC" for time in times)
        by, tools = ", ".join(self.callers), ", ".join(self.tools)
        parts = (when, by and f"by {by}", tools and f"with {tools}")
        return " ".join(filter(None, ("Read", *parts))) + "." if any(parts) else ""


def format_minute(moment: str) -> str:
    """Return a time in ISO 8601 and UTC to the minute: 2026-11-24 10:00."""
    return moment[:_MINUTES].replace("T", " ")
