"""CloudFormation templates (SAM, CDK output and Serverless included) → users and keys."""
