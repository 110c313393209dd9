"""Which files of a directory can matter to an access key, decided before Checkov is imported."""
