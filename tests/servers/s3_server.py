"""A bucket on loopback that lists and gives its objects as S3 does, but where it is told otherwise.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import re
import time
from bisect import bisect_left
from itertools import islice
from urllib.parse import parse_qs, quote, unquote, urlsplit

from loopback_http import Answer, LoopbackServer

BUCKET = "trail"
_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/s3/")


def refuse(status, code, message="refused", more=""):
    """An error as S3 writes it."""
    text = f"<Error><Code>{code}</Code><Message>{message}</Message>{more}<RequestId>0</RequestId></Error>"
    return Answer(status, text.encode(), "application/xml")


class S3Server:
    """Serves the objects (key: bytes) of one bucket, `page` keys at a time.

    `faults` has answers by key, `list_faults` by prefix: an Answer, or a function of the answer that there would be;
    None closes the connection. `region` is that of the bucket, if others are to be redirected, and `redirected` counts
    these. `lists` are the prefixes that were listed, `gets` the keys that were asked for, in order.
    """

    def __init__(self, objects, faults=None, list_faults=None, page=1000, region=None):
        self._objects, self._page, self._region = objects, page, region
        self._faults, self._list_faults = faults or {}, list_faults or {}
        self._sorted = sorted(objects, key=str.encode)
        self._encoded = [key.encode() for key in self._sorted]
        self.lists, self.gets, self.redirected = [], [], 0
        self._server = LoopbackServer(answer_get=self._answer)
        self.url = self._server.url

    def __enter__(self):
        self._server.start()
        return self

    def __exit__(self, *_):
        self._server.stop()

    def wait_for(self, gets):
        """Wait until so many objects were asked for, and tell whether they were."""
        end = time.monotonic() + 60
        while len(self.gets) < gets and time.monotonic() < end:
            time.sleep(0.02)
        return len(self.gets) >= gets

    def _answer(self, path, headers):
        parts = urlsplit(path)
        bucket, _, key = parts.path[1:].partition("/")
        region = _REGION.search(headers.get("Authorization", ""))
        if bucket != BUCKET:
            return refuse(404, "NoSuchBucket", "The specified bucket does not exist")
        if self._region and region[1] != self._region:
            self.redirected += 1
            answer = refuse(301, "PermanentRedirect", "use another endpoint")
            return answer._replace(more=(f"x-amz-bucket-region: {self._region}",))
        if not key:
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.lists.append(asked.get("prefix", ""))
            return _break(self._list(asked), self._list_faults, asked.get("prefix", ""))
        key = unquote(key)
        self.gets.append(key)
        found = self._objects.get(key)
        whole = refuse(404, "NoSuchKey", "The specified key does not exist.") if found is None else Answer(200, found)
        return _break(whole, self._faults, key)

    def _list(self, asked):
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter")
        start = bytes.fromhex(asked.get("continuation-token", ""))
        names = []
        begin = bisect_left(self._encoded, max(prefix.encode(), start))
        for key in islice(self._sorted, begin, None):
            if not key.startswith(prefix):
                break
            rest = key[len(prefix) :]
            name = prefix + rest[: rest.index("/") + 1] if delimiter and "/" in rest else key
            if name.encode() > start and (not names or names[-1] != name):
                names.append(name)
            if len(names) > self._page:
                break
        page, has_more = names[: self._page], len(names) > self._page
        folders = [name for name in page if name not in self._objects]
        text = "".join(_describe(name, len(self._objects[name])) for name in page if name in self._objects)
        text += "".join(f"<CommonPrefixes><Prefix>{quote(name)}</Prefix></CommonPrefixes>" for name in folders)
        if has_more:
            text += f"<NextContinuationToken>{page[-1].encode().hex()}</NextContinuationToken>"
        head = f"<KeyCount>{len(page)}</KeyCount><IsTruncated>{str(has_more).lower()}</IsTruncated>"
        head += f"<Name>{BUCKET}</Name><Prefix>{quote(prefix)}</Prefix><EncodingType>url</EncodingType>"
        xml = f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{head}{text}</ListBucketResult>'
        return Answer(200, xml.encode(), "application/xml")


def _break(answer, faults, name):
    if name not in faults:
        return answer
    fault = faults[name]
    return fault(answer) if callable(fault) else fault


def _describe(key, size):
    return f"<Contents><Key>{quote(key)}</Key><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
