"""One file per output format: SARIF, JUnit, JSON, CSV, Markdown."""
