"""What the levels of a breakdown mean: the area of a figure, its tier, its sex, and what else it is of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from needs.data.readers.figures import ENGLAND, SEXES
from needs.data.readers.periods import day
from needs.data.readers.secure_codes import Codes

__all__ = ["AREA", "KNOWN", "Levels", "levels_of"]

AREA = re.compile(
    r"england|provider$|provider\b(?! type)|\bicb|\bccg|\bstp|region|\blad\b|local authority|cassr|commissioner"
)
"""Parts of a breakdown that are areas or organisations."""

KNOWN = re.compile(
    r"age|gender|sex\b|ethnic|imd|depriv|bed type|inpatient|admitted|hospital|ward|secur|service|team|attendance|diagnos|"
    r"accommodation|employment|delay|reason|intervention|contact|referral|provider type|status|legal|restrict|discharge|"
    r"length|distance|source|type|condition|marital|sexual|disab|autis|learning|destination|cluster|profession"
)
"""Words by which a part of a breakdown that is no area is known."""

SERVICE = re.compile(r"bed type|admitted patient|inpatient service|hospital bed")
SECURITY = re.compile(r"secur")
SEX = re.compile(r"gender|\bsex\b")
NOTHING = {"", "none", "null"}
LEVELS = ("primary", "secondary", "third", "fourth")


@dataclass(frozen=True)
class Levels:
    """What each row is of; every series is indexed by row.

    Parameters
    ----------
    area, area_name : Series of str
        Code and name of the area or organisation.
    tier : Series of str
        ``low``, ``medium``, ``high``, what else the tables of codes say, or ``all``.
    sex : Series of str
        ``male``, ``female`` or ``persons``.
    label : Series of str
        What keeps its measure apart from that of another breakdown; empty for England.
    said : Series of str
        The same for a person to read, beginning with a semicolon.
    unknown : mapping of str to Counter
        Codes of services and levels of security that are not known, and their rows.
    """

    area: pd.Series
    area_name: pd.Series
    tier: pd.Series
    sex: pd.Series
    label: pd.Series
    said: pd.Series
    unknown: Mapping[str, Counter[str]]


def levels_of(frame: pd.DataFrame, codes: Codes) -> Levels:
    """Work out what each row is of.

    Parameters
    ----------
    frame : DataFrame
        Categories ``start, end, breakdown`` and the levels, with their descriptions in ``primary_name`` and so on.
    codes : Codes
        What codes of services and of security mean.

    Notes
    -----
    A breakdown such as ``Provider; Bed Type`` has as many levels as parts. ``England; X`` may leave England out, so that its
    first level is one of X; then the area is England. A breakdown without an area is of England. Each different combination
    is worked out once.

    Examples
    --------
    >>> from needs.data.readers.secure_codes import read_codes
    >>> row = {"start": "01/05/2024", "end": "31/05/2024", "breakdown": "Provider; Bed Type", "primary": "RXX"}
    >>> row |= {"primary_name": "TRUST", "secondary": "207", "secondary_name": "Adult Medium Secure", "third": "", "fourth": ""}
    >>> found = levels_of(pd.DataFrame([row | {"third_name": "", "fourth_name": ""}]), read_codes())
    >>> found.area[0], found.tier[0], found.label[0], found.said[0]
    ('RXX', 'medium', ' provider bed type 207', '; Provider; Bed Type: Adult Medium Secure')
    """
    keys = ["start", "end", "breakdown", *LEVELS, *(f"{level}_name" for level in LEVELS)]
    text = frame[keys].astype("str")
    place = text.groupby(keys, sort=False).ngroup().to_numpy()
    kinds = text.drop_duplicates().to_dict("records")
    made = pd.DataFrame([_meant({str(key): str(word) for key, word in row.items()}, codes) for row in kinds])
    rows = made.iloc[place].set_axis(frame.index)
    told = {name: rows[name].astype("str") for name in ("area", "area_name", "tier", "sex", "label", "said")}
    unknown = {
        named: Counter(rows[name][rows[name] != ""].tolist())
        for named, name in (("inpatient services", "service"), ("ward security", "security"))
    }
    return Levels(**told, unknown={name: counts for name, counts in unknown.items() if counts})


def _meant(row: Mapping[str, str], codes: Codes) -> dict[str, str]:
    """Return what one combination of a breakdown and its levels means."""
    parts = [part.strip() for part in row["breakdown"].split(";")]
    levels = [(row[level], row[f"{level}_name"]) for level in LEVELS]
    if len(parts) > 1 and parts[0].casefold() == "england" and levels[0][0].casefold() != "england":
        levels.insert(0, ("England", "England"))
    elif not AREA.search(parts[0].casefold()):
        parts, levels = ["England", *parts], [("England", "England"), *levels]
    area, name = levels[0]
    found = {
        "area": area,
        "area_name": name if name.casefold() not in NOTHING else area,
        "tier": "all",
        "sex": "persons",
    }
    found |= {"service": "", "security": ""}
    if area.casefold() == "england":
        found |= {"area": ENGLAND, "area_name": "England"}
    said = []
    for part, (level, described) in zip(parts[1:], levels[1:], strict=False):
        found |= _category(part.casefold(), level, row, codes)
        said.append(f"{part}: {described if described.casefold() not in NOTHING else level}")
    told = [level for level, _ in levels[1:] if level.casefold() not in NOTHING]
    plain = row["breakdown"].casefold() == "england"
    found["label"] = "" if plain else f" {' '.join(slugged(row['breakdown']))}" + "".join(f" {level}" for level in told)
    found["said"] = f"; {parts[0]}" + "".join(f"; {word}" for word in said)
    return found


def slugged(breakdown: str) -> list[str]:
    """Return the words of a breakdown.

    Examples
    --------
    >>> slugged("Sub ICB - GP Practice; Bed Type")
    ['sub', 'icb', 'gp', 'practice', 'bed', 'type']
    """
    return re.findall(r"[a-z0-9]+", breakdown.casefold())


def _category(part: str, level: str, row: Mapping[str, str], codes: Codes) -> dict[str, str]:
    """Return the tier or the sex that a level gives, and what of it is not known."""
    if level.casefold() in NOTHING:
        return {}
    if SECURITY.search(part):
        tier, wrong = codes.level(level)
        return {"tier": tier, "security": wrong}
    start, end = day(row["start"]), day(row["end"])
    if SERVICE.search(part) and start and end:
        tier, wrong = codes.service(level, start, end)
        return {"tier": tier, "service": wrong}
    if SEX.search(part):
        return {"sex": SEXES.get(level.casefold(), "persons")}
    return {}
