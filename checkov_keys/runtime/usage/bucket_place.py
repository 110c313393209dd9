"""Where in S3 a trail is: `s3://bucket/prefix`, as the AWS CLI writes it."""

from __future__ import annotations

import re
from typing import NamedTuple

_SCHEME = "s3://"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, which CloudTrail's buckets keep to:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
# The alias of an access point is such a name, too.
_BUCKET = re.compile(r"(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]", re.ASCII)
_LONGEST_KEY = 1024  # bytes


class BucketPlace(NamedTuple):
    """A bucket, and the prefix of the keys of a trail: "", or it ends in a slash."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{_SCHEME}{self.bucket}/{self.prefix}"


def is_bucket_url(text: str) -> bool:
    """Tell whether a text is meant as a place in S3, right or not."""
    return text[: len(_SCHEME)].lower() == _SCHEME


def parse_bucket_url(text: str) -> BucketPlace:
    """Return the place of a URL; raise ValueError, with what is wrong in one line.

    What follows the bucket is the beginning of keys as it stands: nothing in it is escaped, and a folder needs no slash
    at its end.
    """
    bucket, _, prefix = text[len(_SCHEME) :].partition("/")
    if not is_bucket_url(text) or not _BUCKET.fullmatch(bucket):
        raise ValueError("expected s3://bucket/prefix, with a bucket's name of 3 to 63 of a-z, 0-9, dots and hyphens")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    try:
        length = len(prefix.encode())
    except UnicodeEncodeError as error:
        raise ValueError("the prefix is not text in UTF-8") from error
    if length > _LONGEST_KEY:
        raise ValueError(f"the prefix is longer than a key can be, which is {_LONGEST_KEY:,} bytes")
    return BucketPlace(bucket, prefix)
