"""Days and stretches of time as publishers write them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable

__all__ = ["day", "month_or_span", "quarter", "span", "year_of"]

FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y")


def day(text: str) -> dt.date | None:
    """Return the day that a text is, or None.

    Examples
    --------
    >>> day("31/03/2024"), day("2024-03-31 00:00:00"), day("31 March 2024"), day("March")
    (datetime.date(2024, 3, 31), datetime.date(2024, 3, 31), datetime.date(2024, 3, 31), None)
    """
    plain = re.sub(r"[ T]00:00(:00)?(\.0+)?$", "", text.strip())
    for form in FORMS:
        try:
            return dt.datetime.strptime(plain, form).date()
        except ValueError:
            continue
    return None


def month_or_span(start: str, end: str) -> str:
    """Return a month, a financial year, or else the first and the last day.

    Examples
    --------
    >>> month_or_span("01/04/2024", "30/04/2024"), month_or_span("2023-04-01", "2024-03-31")
    ('2024-04', '2023-24')
    >>> month_or_span("01/07/2024", "30/09/2024")
    '2024-07-01 to 2024-09-30'
    """
    first, last = day(start), day(end)
    if first is None or last is None:
        return f"{start} to {end}"
    if first.day == 1 and last == first.replace(day=calendar.monthrange(first.year, first.month)[1]):
        return f"{first:%Y-%m}"
    if (first.month, first.day, last.month, last.day, last.year) == (4, 1, 3, 31, first.year + 1):
        return f"{first.year}-{last.year % 100:02d}"
    return f"{first} to {last}"


def span(starts: Iterable[str], ends: Iterable[str]) -> str:
    """Return the time from the first start to the last end.

    Examples
    --------
    >>> span(["01/04/2024", "01/05/2024"], ["30/04/2024", "31/05/2024"])
    '2024-04-01 to 2024-05-31'
    """
    first = min((found for text in starts if (found := day(text))), default=None)
    last = max((found for text in ends if (found := day(text))), default=None)
    return month_or_span(str(first), str(last))


def year_of(text: str) -> str:
    """Return the financial year that a text names, or ``""``.

    Examples
    --------
    >>> year_of("2023/24"), year_of("mha_annual_2023_24.csv"), year_of("2016-2017"), year_of("April")
    ('2023-24', '2023-24', '2016-17', '')
    """
    for found in re.finditer(r"(?<!\d)(20\d\d)\s?[-/_ ]\s?(?:20)?(\d\d)(?!\d)", text):
        if (int(found[1]) + 1) % 100 == int(found[2]):
            return f"{found[1]}-{found[2]}"
    return ""


def quarter(text: str) -> str:
    """Return the quarter of a financial year that a text names, or ``""``.

    Examples
    --------
    >>> quarter("Q3-2023-2024"), quarter("Physical health checks, 2021/22 Quarter 4"), quarter("2021")
    ('2023-24 Q3', '2021-22 Q4', '')
    """
    found = re.search(r"(?i)\bq(?:uarter)?[ _-]?([1-4])(?!\d)", text.replace("_", " "))
    year = year_of(text)
    return f"{year} Q{found[1]}" if found and year else ""
