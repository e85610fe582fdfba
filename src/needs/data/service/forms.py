"""What a cell of each form may say, worked out once for each different word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from needs.data.service.messages import near
from needs.dataset import Column, Form

__all__ = ["FIRST_DAY", "LAST_DAY", "LONGEST_KEY", "LONGEST_TEXT", "Parsed", "parse"]

LONGEST_KEY = 64
LONGEST_TEXT = 300
FIRST_DAY, LAST_DAY = "1900-01-01", "2099-12-31"
HINTS = 200  # different wrong words for which the nearest right one is looked for

ERRORS = r"#(?:N/A|NV|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)"
NOTHING = r"(?i:null|n/?a|n\.a\.|nan|nat|none|nil|missing|-+|\?+|\.+)"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00(?::00(?:\.0+)?)?)?"
NAME = "[\\s\xa0][^0-9]*[A-Za-z\xc0-\u024f]"  # letters of Latin script, in characters that every engine reads alike
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
MONEY = r"£? *-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"

Parsed = tuple[pd.Series, "pd.Series[str]", Mapping[str, str]]
"""What each word says, the rule that it breaks or ``""``, and which word was probably meant."""


class _Rules:
    """The rule that each word breaks; the first that is named counts."""

    def __init__(self, words: pd.Series[str]) -> None:
        self.words = words
        self.told = pd.Series("", index=words.index, dtype="str")

    def add(self, broken: Sequence[bool] | pd.Series[bool] | np.ndarray, rule: str) -> None:
        """Name a rule for words that break it and none before."""
        mask = np.asarray(broken, dtype=bool) & np.asarray(self.told == "", dtype=bool)
        if mask.any():
            self.told = self.told.mask(mask, rule)

    def match(self, form: str) -> np.ndarray:
        """Whether each word has a form."""
        return np.asarray(self.words.str.fullmatch(form), dtype=bool)

    @property
    def good(self) -> np.ndarray:
        """Whether each word says something and breaks no rule."""
        return np.asarray((self.told == "") & (self.words != ""), dtype=bool)


def parse(column: Column, words: pd.Series[str], *, money: bool = False) -> Parsed:
    """Say what each word of a column means and which rule it breaks.

    Parameters
    ----------
    column : Column
        The column.
    words : Series of str
        Its different words, without blanks around them.
    money : bool
        Whether thousands may be parted by commas and pounds marked.

    Returns
    -------
    values : Series
        Number, day, category or text of each word; missing where it is blank or breaks a rule.
    rules : Series of str
        The rule that it breaks, to be read on from the value, or ``""``.
    meant : mapping of str to str
        Words that were probably meant.

    Examples
    --------
    >>> from needs.dataset import table
    >>> values, rules, meant = parse(table("stays").column("tier"), pd.Series(["LOW", "medum", ""]))
    >>> values.tolist(), rules.str.partition(";")[0].tolist(), meant
    (['low', nan, nan], ['', 'is not high, medium, low, step_down or community', 'is blank'], {'medum': 'medium'})
    """
    rules = _Rules(words)
    if column.required:
        rules.add(words == "", "is blank; every row needs one")
    rules.add(rules.match(ERRORS), "is an error of the workbook; mend the formula, or write the value")
    if not column.required and column.form not in ("code", "text", "key"):
        rules.add(rules.match(NOTHING), "stands for nothing; leave the cell blank where it is not known")
    values = _numbers(column, rules, MONEY) if money else _FORMS[column.form](column, rules)
    meant = _meant(column, rules) if column.form == "code" else {}
    return values, rules.told, meant


def _codes(column: Column, rules: _Rules) -> pd.Series:
    """Read words of a list; case is forgiven."""
    codes = pd.Index(column.words).get_indexer(pd.Index(rules.words.str.lower()))
    blank = "" if column.required else "; leave the cell blank where it is not known"
    rules.add((codes < 0) & (rules.words != ""), f"is not {_listed(column.words)}{blank}")
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(list(column.words))))


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _meant(column: Column, rules: _Rules) -> dict[str, str]:
    """Return the nearest word of the list for wrong ones, by what is written there or by what it means."""
    by_meaning = {meaning.casefold(): word for word, meaning in column.codes.items()}
    wrong = rules.words[(rules.told != "") & (rules.words != "")].head(HINTS)
    found = {}
    for word in wrong:
        plain = re.sub(r"[\s_/-]+", "_", word.casefold())
        meaning = by_meaning.get(near(word.casefold(), list(by_meaning), cutoff=0.8), "")
        if hint := near(plain, column.words, cutoff=0.7) or meaning:
            found[word] = hint
    return found


def _dates(_: Column, rules: _Rules) -> pd.Series:
    """Read days."""
    days = pd.Series(pd.NaT, index=rules.words.index, dtype="datetime64[s]")
    example = "write it as 2024-05-31: year, month, day"
    rules.add(rules.match(r"[0-9]{4,5}(?:\.[0-9]+)?"), f"is a number; format the cells as days, or {example}")
    timed = rules.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+.*") & ~rules.match(DAY)
    rules.add(timed, "has a time of day; write the day alone, as 2024-05-31")
    rules.add((rules.words != "") & ~rules.match(DAY), f"is not a day as it is to be written; {example}")
    good = rules.good
    if good.any():
        read = pd.to_datetime(rules.words[good].str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
        days[good] = read.astype("datetime64[s]")
    rules.add(good & days.isna(), "is no day of the calendar; write a day that there is")
    outside = (days < pd.Timestamp(FIRST_DAY)) | (days > pd.Timestamp(LAST_DAY))
    rules.add(outside, f"is not from {FIRST_DAY} to {LAST_DAY}; check the year")
    return days.mask(outside)


def _numbers(column: Column, rules: _Rules, form: str = NUMBER) -> pd.Series:
    """Read numbers within their bounds."""
    kind = "a whole number" if column.form == "whole" else "a number"
    if form == NUMBER:
        signs = rules.match(r"£.*") | (rules.match(MONEY) & rules.words.str.contains(",", regex=False))
        rules.add(signs, f"is not {kind}; write digits alone, no pounds and no commas between thousands")
    rules.add(rules.match(r"-?[0-9]+,[0-9]+"), f"is not {kind}; write a point before decimals, not a comma")
    plain = "; write digits and a decimal point, no unit and no word" if kind == "a number" else "; write digits alone"
    rules.add((rules.words != "") & ~rules.match(form), f"is not {kind}{plain}")
    text = rules.words.where(rules.good, "nan").str.replace(r"[£, ]", "", regex=True)
    numbers = text.astype("float64")
    rules.add(np.isinf(numbers), f"is not {kind} that a computer holds; write it in full")
    if column.form == "whole":
        rules.add(
            (numbers % 1 != 0) & numbers.notna() & ~np.isinf(numbers), "is not a whole number; round it, or count again"
        )
    low, high = column.lowest, column.highest
    bounds = f"from {low:g} to {high:g}" if low is not None and high is not None else f"{low or 0:g} or more"
    outside = (numbers < (-np.inf if low is None else low)) | (numbers > (np.inf if high is None else high))
    rules.add(outside, f"is not {bounds}; correct it")
    return numbers.where(rules.good)


def _years(_: Column, rules: _Rules) -> pd.Series:
    """Read financial years."""
    written = "write a financial year as 2024-25"
    rules.add((rules.words != "") & ~rules.match(r"[0-9]{4}-[0-9]{2}"), f"is no financial year; {written}")
    good = rules.good
    first, second = (pd.to_numeric(rules.words.where(good, "0000-01").str.slice(*ends)) for ends in ((0, 4), (5, 7)))
    rules.add(
        good & ((first + 1) % 100 != second), f"is no financial year: the second is the one after the first; {written}"
    )
    rules.add(good & ((first < 1990) | (first > 2098)), "is not from 1990-91 to 2098-99; check the year")
    return rules.words.where(rules.good)


def _texts(column: Column, rules: _Rules) -> pd.Series:
    """Read names and codes that are free."""
    blank = "write a name or code" if column.required else "leave the cell blank where it is not known"
    rules.add(
        rules.words.str.len() > LONGEST_TEXT, f"has more than {LONGEST_TEXT} characters; write a name or code, no story"
    )
    rules.add(rules.match(r"(?i:null|n/a|nan|nat)"), f"stands for nothing; {blank}")
    _common(rules)
    return rules.words.where(rules.good)


def _common(rules: _Rules) -> None:
    """Name what spoils names and keys alike: control characters, and what a spreadsheet makes of them."""
    # \x00-\x1f and \x7f are the only ones that no editor shows; others are letters somewhere
    rules.add(
        rules.words.str.contains(r"[\x00-\x1f\x7f]"),
        "holds a line break, a tab or another control character; remove it",
    )
    spoilt = "is a day: a spreadsheet has turned a name or code into one; format the cells as text and write it again"
    rules.add(rules.match(DAY + r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+"), spoilt)


def _keys(_: Column, rules: _Rules) -> pd.Series:
    """Read keys; what may name a person is refused."""
    own = "use a key of your own (pseudonymous), the same in every table"
    rules.add(rules.words.str.len() > LONGEST_KEY, f"has more than {LONGEST_KEY} characters; {own}")
    rules.add(rules.words.str.contains("@", regex=False), f"holds an @, as an address does; {own}")
    rules.add(rules.words.str.contains(NAME), f"holds a blank and letters after it, as a name does; {own}")
    rules.add(_nhs_numbers(rules.words), f"looks like an NHS number, which must not be here; {own}")
    scientific = rules.match(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
    rules.add(
        scientific, "is a number that a spreadsheet has shortened; format the cells as text and write the keys again"
    )
    rules.add(rules.match(r"(?i:null|n/a|nan|none|unknown|-)"), f"stands for nothing; {own}")
    _common(rules)
    return rules.words.where(rules.good)


def _nhs_numbers(words: pd.Series[str]) -> np.ndarray:
    """Whether each word is ten digits, spaced or not, whose last one checks the others by modulus 11."""
    plain = words.str.replace(r"\.0$", "", regex=True).str.replace(r"[\s.\-_/]", "", regex=True)
    found = np.zeros(len(words), dtype=bool)
    ten = np.asarray(plain.str.fullmatch(r"(?:[Nn][Hh][Ss])?[0-9]{10}"), dtype=bool)
    if ten.any():
        digits = np.array([[int(c) for c in word[-10:]] for word in plain[ten]])
        check = (11 - (digits[:, :9] * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
        found[ten] = check == digits[:, 9]
    return found


_FORMS: Mapping[Form, Callable[[Column, _Rules], pd.Series]] = {
    "key": _keys, "code": _codes, "text": _texts, "date": _dates, "whole": _numbers, "number": _numbers, "year": _years,
}  # fmt: skip
