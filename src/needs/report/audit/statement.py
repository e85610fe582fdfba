"""The accessibility statement of a report: what was checked and how, what is not met, and whom to tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from needs.report.audit.browser import VIEWS
from needs.report.audit.rows import RULES
from needs.report.brand import brand_words

__all__ = ["accessibility"]

_OTHER = ("numbers", "tables", "leftovers")
"""Rules that are about what is said, not about whether it can be read."""

_KNOWN = (
    "A chart is one picture: its words do not grow or wrap by themselves. On a narrow screen it scrolls sideways in a frame of "
    "its own. Its alternative text says what it shows, and its data are in a table or a CSV file.",
    "Bands of intervals and shades of maps are light on purpose; their edges, or the numbers on them, say the same.",
    "No part was tried with readers who use a screen reader, a screen magnifier or speech, and nobody checked the PDF or the "
    "Word file by hand.",
)


def accessibility(about: Mapping[str, Any]) -> str:
    r"""Write the statement, without its heading.

    What is said to be checked in every run is what :func:`needs.report.audit.audit` refuses a report for, from the same rules.

    Parameters
    ----------
    about : mapping
        What the run says about itself; its ``branding`` may name whom to tell.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> told = accessibility({"branding": {"contact": {"name": "Data team", "email": "data@example.org"}}})
    >>> print(told.splitlines()[-1])  # doctest: +NORMALIZE_WHITESPACE
    If you cannot read a part of this report, or need it in another form, tell Data team,
    [data\@example.org](mailto:data@example.org).
    """
    ours = [rule for name, rule in RULES.items() if rule.always and name not in _OTHER]
    checked = [f"- {rule.what[:1].upper()}{rule.what[1:]}: {rule.limit}." for rule in ours]
    widths = ", ".join(f"{view.width} px" for view in VIEWS[:2])
    lines = [
        "This report is made to meet the Web Content Accessibility Guidelines (WCAG) 2.2 at level AA: the web page works with a "
        "keyboard alone and without scripts, reflows on a narrow screen, and never relies on colour alone. The PDF is made to "
        "PDF/UA-1. The Word file has real headings, captions and table headers, and the workbook follows the pattern of "
        "accessible government spreadsheets.",
        "This run checked the following by program; a report that fails one is not put in place.",
        "\n".join(checked),
        f"Every release of the project that makes these reports is checked as well, chapter by chapter, in Chromium by the rules "
        f"of axe, at {widths} and at 400% zoom, with a keyboard alone, with reduced motion, with forced colours and on paper. "
        "The command `needs audit` repeats the part with axe for one report, where Chromium is installed.",
        "Known limits:",
        "\n".join(f"- {known}" for known in _KNOWN),
    ]
    told = re.sub(r"\d+(?:[.:]\d+)*%?", r"[\g<0>]{.fixed}", "\n\n".join(lines))  # definitions, no figures of the report
    whom = brand_words(about)["contact"] or "whoever sent it to you"
    return f"{told}\n\nIf you cannot read a part of this report, or need it in another form, tell {whom}."
