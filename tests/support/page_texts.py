"""What the page of results shows."""

# Of a cell, or of the button in it, which opens the details.
FIRST_LINE = "cell => (cell.querySelector('button') || cell).innerText.split('\\n')[0]"


def read_column(page, name):
    """The texts of a column, first lines only."""
    return page.eval_on_selector_all(f"#rows .column-{name}", f"cells => cells.map({FIRST_LINE})")


def read_status(page):
    """What the live region says."""
    return page.locator("#status").inner_text()
