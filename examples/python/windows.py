"""The windows of filing: January and July of each year, by the calendar of China."""

from datetime import date


def windows_at(day: date) -> tuple[str, str]:
    """The running window or, between windows, the coming one; and the one before it."""
    if day.month == 1:
        return f"{day.year}-01", f"{day.year - 1}-07"
    if day.month <= 7:
        return f"{day.year}-07", f"{day.year}-01"
    return f"{day.year + 1}-01", f"{day.year}-07"
