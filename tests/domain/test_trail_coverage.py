"""What of a trail was read: gaps are named, and parts add up."""

from datetime import date

from checkov_keys.domain.trail_coverage import Coverage, Place, UnreadFile

HERE, THERE = Place("111122223333", "eu-west-1"), Place("111122223333", "us-east-1")


def read(*days, place=HERE):
    """The coverage of a trail with a file on each of these days of March."""
    coverage = Coverage()
    for day in days:
        coverage.add_day(place, date(2026, 3, day))
    return coverage


def test_nothing_was_read():
    """Nothing is missing, and nothing is known."""
    assert (True, (), 0) == (Coverage().is_complete, Coverage().list_gaps(), Coverage().files)


def test_days_without_a_file():
    """Each span between the first and the last day of a place, not before or after them."""
    coverage = read(9, 1, 2, 5, 5)
    coverage.absorb(read(4, place=THERE))
    assert (
        (HERE, date(2026, 3, 3), date(2026, 3, 4)),
        (HERE, date(2026, 3, 6), date(2026, 3, 8)),
    ) == coverage.list_gaps()


def test_parts_add_up():
    """Whatever the order of the parts."""
    parts = [
        Coverage(files=1, unplaced_files=1, events=5, has_data_events=True),
        Coverage(unread=[UnreadFile("a", "the file is empty")], events=2),
        read(1, 2),
    ]
    parts[2].left_out["digests"] += 3
    whole = Coverage()
    for part in parts:
        whole.absorb(part)
    assert (3, 1, 7, True, False) == (
        whole.files,
        whole.unplaced_files,
        whole.events,
        whole.has_data_events,
        whole.is_complete,
    )
    assert ({HERE: {date(2026, 3, 1), date(2026, 3, 2)}}, {"digests": 3}) == (whole.days, whole.left_out)


def test_a_file_whose_name_tells_nothing():
    """It was read, of an unknown place and day."""
    coverage = Coverage()
    coverage.add_day(None, None)
    assert (1, 1, {}) == (coverage.files, coverage.unplaced_files, coverage.days)
