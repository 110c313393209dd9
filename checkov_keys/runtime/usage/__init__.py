"""Who uses a key: records and files of CloudTrail → calls and what they cover. Standard library only."""
