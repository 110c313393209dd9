"""Where a trail lies in S3 → the table by which Amazon Athena reads it.

https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-org-wide-trail.html
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from checkov_keys.domain.errors import UsageError
from checkov_keys.domain.text import one_line

_TABLE = "checkov_keys_trail"
_HASH = 4  # bytes
# A dollar sign or a brace would be a part of the template, a quotation mark would end the text.
_LOCATION = re.compile(
    r"(?P<root>s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(?:[A-Za-z0-9_.=@+-]+/)*?AWSLogs/(?:o-[a-z0-9]{10,32}/)?)"
    r"(?:(?P<account>\d{12})/(?:CloudTrail/(?:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d{1,2})/)?)?)?",
    re.ASCII,
)
_LONGEST = 1024
# The columns that AWS documents, and managementEvent, by which older data events are known. All are there although few
# are asked for: so the table is good for other queries, too.
_CREATE = """CREATE EXTERNAL TABLE IF NOT EXISTS {table} (
  eventversion STRING,
  useridentity STRUCT<
    type: STRING,
    principalid: STRING,
    arn: STRING,
    accountid: STRING,
    invokedby: STRING,
    accesskeyid: STRING,
    username: STRING,
    onbehalfof: STRUCT<userid: STRING, identitystorearn: STRING>,
    sessioncontext: STRUCT<
      attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
      sessionissuer: STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING, username: STRING>,
      ec2roledelivery: STRING,
      webidfederationdata: STRUCT<federatedprovider: STRING, attributes: MAP<STRING, STRING>>>>,
  eventtime STRING,
  eventsource STRING,
  eventname STRING,
  awsregion STRING,
  sourceipaddress STRING,
  useragent STRING,
  errorcode STRING,
  errormessage STRING,
  requestparameters STRING,
  responseelements STRING,
  additionaleventdata STRING,
  requestid STRING,
  eventid STRING,
  readonly STRING,
  resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
  eventtype STRING,
  apiversion STRING,
  recipientaccountid STRING,
  serviceeventdetails STRING,
  sharedeventid STRING,
  vpcendpointid STRING,
  vpcendpointaccountid STRING,
  eventcategory STRING,
  managementevent STRING,
  addendum STRUCT<reason: STRING, updatedfields: STRING, originalrequestid: STRING, originaleventid: STRING>,
  sessioncredentialfromconsole STRING,
  edgedevicedetails STRING,
  tlsdetails STRUCT<tlsversion: STRING, ciphersuite: STRING, clientprovidedhostheader: STRING>
)
PARTITIONED BY (account STRING, region STRING, day STRING)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION '{root}'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.account.type'='injected',
  'projection.region.type'='injected',
  'projection.day.type'='date',
  'projection.day.format'='yyyy/MM/dd',
  'projection.day.range'='2013/11/01,NOW',
  'projection.day.interval'='1',
  'projection.day.interval.unit'='DAYS',
  'storage.location.template'='{root}${{account}}/CloudTrail/${{region}}/${{day}}'
)"""


class TrailLocation(NamedTuple):
    """Where a trail lies: `root` ends with AWSLogs/ or the id of an organization and a slash.

    `account` and `region` are "" if the location has those of several.
    """

    root: str
    account: str
    region: str


def read_location(text: str) -> TrailLocation:
    """Return what an address in S3 tells of a trail; raise UsageError if it cannot be that of one.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
    """
    found = _LOCATION.fullmatch(text if text.endswith("/") else f"{text}/") if len(text) <= _LONGEST else None
    if not found:
        raise UsageError(
            f"{one_line(text[:_LONGEST])!r} is not where a trail lies, such as s3://bucket/AWSLogs/, "
            "s3://bucket/prefix/AWSLogs/o-exampleorgid/ or s3://bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/"
        )
    return TrailLocation(found["root"], found["account"] or "", found["region"] or "")


def format_create_table(location: TrailLocation) -> str:
    """Return the statement, without a semicolon, that makes the table of a trail.

    Accounts and regions are injected: Athena reads those that a query names, and refuses one that names none. Those of
    an enum would be a part of the table, and a query for one that is missing there would find no event and not say so.
    A query may name several: https://github.com/awslabs/aws-athena-query-federation/issues/836 has one that works.
    For the same reason, the days begin with CloudTrail itself, and no malformed record is skipped: the query fails.
    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-dynamic-id-partitioning.html
    """
    return _CREATE.format(table=name_table(location.root), root=location.root)


def name_table(root: str) -> str:
    """Return the name of the table of a trail, which a table of another place or with other columns does not have."""
    statement = _CREATE.format(table="", root=root).encode()
    return f"{_TABLE}_{hashlib.blake2b(statement, digest_size=_HASH).hexdigest()}"
