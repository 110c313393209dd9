"""What is true of IAM users and their access keys. Standard library only: neither Checkov nor boto3."""
