"""One self-contained HTML page from any JSON results of Checkov."""
