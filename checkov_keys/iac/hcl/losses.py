"""Counts what was left out of a result because Terraform would refuse it, for `try` and `can`, which catch that."""

from __future__ import annotations

import threading


class Losses(threading.local):
    """How often, in this thread, a result was narrowed to the values of something unknown that raise no error."""

    count = 0


LOSSES = Losses()
