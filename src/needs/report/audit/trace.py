"""Every number on the page comes from an artefact or from the run's own record.

A share in percent is accounted for by the same share, not by a count with the same digits.
A number that is neither (a definition, such as a 28 day standard) is marked in the report's
source as fixed, ``[28]{.fixed}``, where a reviewer can see it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from needs.errors import Problem
from needs.present.words import published

__all__ = ["untraced_numbers"]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_NOT_PROSE = re.compile(
    r"`[^`\n]*`"  # names of files, cells and parameters
    r"|\[[^\[\]\n]*\]\{\.fixed\}"
    r"|\]\([^)\n]*\)"  # where links and pictures point
    r'|\{(?:[^{}"\\\n]|"(?:\\.|[^"\\\n])*")*\}'  # attributes: ids, classes, alternative text
    r"|@[\w:.#$%&+?<>~/-]*\w"  # citations and cross-references
    r"|^\|.*$"  # rows of tables: those of artefacts are compared whole, the others are made from the run's record
    r"|^\d+\.\s",  # numbered lists
    re.MULTILINE,
)


_SETTINGS = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
"""Front matter, of which the title and the subtitle are prose and the rest is how it is typeset."""


def untraced_numbers(source: str, known: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find the numbers of a report that nothing accounts for.

    Parameters
    ----------
    source : str
        Text of ``report.qmd``.
    known : iterable of mapping
        Records of the artefacts and of the run; a number in any of their values is accounted for.

    Examples
    --------
    >>> record = {"number": {"text": "1,030", "interval": "880 to 1,210"}}
    >>> text = "We expect 1,030 (880 to 1,210) people; the standard is [28]{.fixed} days. About 40% wait."
    >>> untraced_numbers(text, [record])
    [Problem(where='line 1', what='40% comes from no artefact: show it with number(), or mark it with fixed()')]
    """
    allowed = {token for record in known for token in _NUMBER.findall(json.dumps(record, ensure_ascii=False))}
    allowed |= {
        published(float(token.rstrip("%"))) + "%" * token.endswith("%")
        for token in allowed
        if re.fullmatch(r"\d+(\.\d+)?%?", token)
    }  # 70.0 is written 70
    allowed |= {token.rstrip("%") for token in allowed}
    source = _SETTINGS.sub(lambda found: re.sub(r"(?m)^(?!title:|subtitle:).*$", "", found[0]), source)
    prose = _NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
    return [
        Problem(f"line {n}", f"{token} comes from no artefact: show it with number(), or mark it with fixed()")
        for n, line in enumerate(prose.splitlines(), 1)
        for token in dict.fromkeys(_NUMBER.findall(line))
        if token not in allowed
    ]
