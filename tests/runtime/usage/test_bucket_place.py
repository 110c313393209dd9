"""Where in S3 a trail is, by what somebody types."""

import pytest

from checkov_keys.runtime.usage.bucket_place import BucketPlace, is_bucket_url, parse_bucket_url

PLACES = {
    "a bucket": ("s3://my-trail", ("my-trail", "")),
    "a bucket with a slash": ("s3://my-trail/", ("my-trail", "")),
    "a prefix": ("s3://my-trail/a/b", ("my-trail", "a/b/")),
    "a prefix with a slash": ("s3://my-trail/a/b/", ("my-trail", "a/b/")),
    "a scheme in capitals": ("S3://my-trail/a", ("my-trail", "a/")),
    "dots and digits": ("s3://1.my.trail2/x", ("1.my.trail2", "x/")),
    "an alias of an access point": (
        "s3://my-ap-abcdefghij0123456789-s3alias/x",
        ("my-ap-abcdefghij0123456789-s3alias", "x/"),
    ),
    "what other URLs escape": ("s3://my-trail/a b?c=%20#d", ("my-trail", "a b?c=%20#d/")),
    "empty folders": ("s3://my-trail//a//", ("my-trail", "/a//")),
    "dots as folders": ("s3://my-trail/../a", ("my-trail", "../a/")),
    "the longest name": (f"s3://{'a' * 63}", ("a" * 63, "")),
    "the longest prefix": (f"s3://my-trail/{'a' * 1023}", ("my-trail", f"{'a' * 1023}/")),
}


@pytest.mark.parametrize(("url", "place"), PLACES.values(), ids=PLACES)
def test_places(url, place):
    """The bucket, and the beginning of keys as it stands, with a slash at its end."""
    assert place == parse_bucket_url(url)
    assert is_bucket_url(url)


MALFORMED = {
    "no bucket": "s3://",
    "no bucket, but a prefix": "s3:///AWSLogs",
    "another scheme": "https://my-trail/x",
    "a short name": "s3://ab",
    "a long name": f"s3://{'a' * 64}",
    "capitals": "s3://My-Trail/x",
    "an underscore": "s3://my_trail",
    "two dots": "s3://my..trail",
    "a hyphen at the end": "s3://my-trail-",
    "a dot at the beginning": "s3://.my-trail",
    "an address": "s3://192.168.5.4/x",
    "a reserved beginning": "s3://xn--trail",
    "an ARN": "s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/mine/x",
    "a line break": "s3://my-trail\n/x",
    "a line break at the end": "s3://my-trail\n",
    "Arabic digits": "s3://trail-\u0661\u0662",
    "credentials": "s3://user:password@my-trail/x",
    "a long prefix": f"s3://my-trail/{'é' * 512}",
    "what is not Unicode": "s3://my-trail/\udcff",
}


@pytest.mark.parametrize("url", MALFORMED.values(), ids=MALFORMED)
def test_malformed_places(url):
    """What is wrong is said in one line."""
    with pytest.raises(ValueError, match=r"^(expected s3://|the prefix is )") as caught:
        parse_bucket_url(url)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("text", ["logs", "s3:/my-trail", "s3", "", "./s3://x"])
def test_directories(text):
    """Whatever does not begin as a URL of S3 is meant as a directory."""
    assert not is_bucket_url(text)


def test_how_it_is_shown():
    """It is shown as it is typed."""
    assert ["s3://b/", "s3://b/p/"] == [str(BucketPlace("b", prefix)) for prefix in ("", "p/")]
