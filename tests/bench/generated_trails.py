"""Trails with a known truth, in AWS's layout, as large as one likes."""

import base64
import gzip
import random
import uuid
from pathlib import Path
from types import SimpleNamespace

ACCOUNT, REGION = "111122223333", "us-east-1"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
# As CloudTrail writes a record; what differs between events is what does not compress.
RECORD = (
    '{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE{key}","arn":'
    '"arn:aws:iam::111122223333:user/{user}","accountId":"111122223333","accessKeyId":"{key}","userName":"{user}"}},'
    '"eventTime":"{time}","eventSource":"{service}.amazonaws.com","eventName":"{action}","awsRegion":"us-east-1",'
    '"sourceIPAddress":"{address}","userAgent":"{agent}","requestParameters":{{"bucketName":"bucket-{number}","policy":'
    '"{{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[{{\\"Effect\\":\\"Allow\\",\\"Resource\\":\\"{number}\\"}}]}}"}},'
    '"responseElements":null,"additionalEventData":{{"SignatureVersion":"SigV4","CipherSuite":"ECDHE-RSA-AES128-GCM-'
    'SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"{token}",'
    '"bytesTransferredOut":{number}}},"requestID":"{request}","eventID":"{event}","readOnly":true,"eventType":'
    '"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management","tlsDetails":'
    '{{"tlsVersion":"TLSv1.2","cipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","clientProvidedHostHeader":"{service}.'
    'us-east-1.amazonaws.com"}}}}'
)
ACTIONS = (("s3", "GetBucketAcl"), ("ec2", "DescribeInstances"), ("iam", "GetUser"), ("sqs", "GetQueueAttributes"))
AGENTS = (
    "aws-cli/2.15.30 Python/3.11.8 Linux/5.10.0 exe/x86_64.debian.11 prompt/off command/s3.ls",
    "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.10.12 cfg/retry-mode#legacy",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.43.0 aws-sdk-go-v2/1",
)


def write_trail(folder, files, events_of_each, share, *, seed=1):
    """Write so many files of one day; a `share` of the events is of the key that the result names, with its calls.

    The result also has the number of bytes of all files.
    """
    draw = random.Random(seed)  # noqa: S311  # the same trail each time
    others = ["AKIA" + "".join(draw.choices(LETTERS, k=16)) for _ in range(200)]
    made = SimpleNamespace(key="AKIAWANTEDKEYEXAMPLE", calls=0, bytes=0, text=0, events=files * events_of_each)
    day = Path(folder, "AWSLogs", ACCOUNT, "CloudTrail", REGION, "2026", "03", "07")
    day.mkdir(parents=True)
    for number in range(files):
        second = 86_000 * number // files
        records = []
        for _ in range(events_of_each):
            is_wanted = draw.random() < share
            made.calls += is_wanted
            records.append(_make_record(draw, made.key if is_wanted else draw.choice(others), second))
        text = ('{"Records":[' + ",".join(records) + "]}").encode()
        data = gzip.compress(text, 6)
        made.bytes, made.text = made.bytes + len(data), made.text + len(text)
        name = f"{ACCOUNT}_CloudTrail_{REGION}_20260307T{second // 3600:02}{second // 60 % 60:02}Z_{number:016}.json.gz"
        (day / name).write_bytes(data)
    return made


def _make_record(draw, key, second):
    service, action = draw.choice(ACTIONS)
    return RECORD.format(
        key=key,
        user=f"user-{key[-6:].lower()}",
        time=f"2026-03-07T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
        service=service,
        action=action,
        address=f"10.0.0.{draw.randrange(8)}",
        agent=draw.choice(AGENTS),
        number=draw.randrange(1000),
        token=base64.b64encode(draw.randbytes(30)).decode(),
        request=uuid.UUID(int=draw.getrandbits(128)),
        event=uuid.UUID(int=draw.getrandbits(128)),
    )
