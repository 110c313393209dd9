"""A live AWS account → users. boto3, never Checkov."""
