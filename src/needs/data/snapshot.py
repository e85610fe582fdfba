"""The evidence of an edition: tables, single figures and figures by region, each with its source.

Nothing is read before it is asked for, and everything that is read has been checked against its
schema and its hash.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from needs.data.geography import Regions, area_codes
from needs.data.lookup import NARROW, choices, describe, not_one, select
from needs.data.sidecar import Citation, read_sidecar
from needs.data.tables import read_table
from needs.errors import DataError
from needs.project import EDITIONS
from needs.values import Estimate, Kind, records, weakest

__all__ = ["Evidence", "Source"]

KIND_OF_STATUS: dict[str, Kind] = {
    "published": "published",
    "published_secondary": "published",
    "derived": "derived",
    "own": "derived",
    "synthetic": "synthetic",
}


class Source(Citation):
    """A citation and the reference by which figures name it.

    Parameters
    ----------
    ref : str
        Reference, such as ``2023-24/national_secure_facts#lords-hl3021-2024``.
    table : str
        Table whose sidecar holds it, such as ``2023-24/national_secure_facts``.

    Examples
    --------
    >>> Evidence.open("2023-24").sources(["common/unit_costs#ghc-foi-470-2023"]).popitem()[1].date
    '2023'
    """

    ref: str
    table: str


@dataclass(frozen=True)
class Evidence:
    """The tables of an edition and of ``common``, read when asked for.

    Parameters
    ----------
    regions : Regions
        Regions of the edition, which know the edition and the project folder.

    Examples
    --------
    >>> evidence = Evidence.open("2023-24")
    >>> beds = evidence.figure("national_secure_facts", "commissioned_beds", tier="high", period="2022-10")
    >>> beds.value, beds.source
    (715.0, ('2023-24/national_secure_facts#lords-hl3021-2024',))
    """

    regions: Regions
    _tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, edition: str, root: Path | None = None) -> Evidence:
        """Open the evidence of an edition.

        Raises
        ------
        ParamsError
            If there is no such edition.
        DataError
            If its tables of regions cannot be read.

        Examples
        --------
        >>> len(Evidence.open("2009-10").regions)
        10
        """
        return cls(Regions.open(edition, root))

    @property
    def edition(self) -> str:
        """Vintage of evidence."""
        return self.regions.edition

    def elsewhere(self, edition: str) -> Evidence:
        """Return the evidence of another edition of the same project, or this one."""
        return self if edition == self.edition else Evidence(Regions.open(edition, self.regions.root), self._tables)

    @property
    def data(self) -> Path:
        """Folder of the evidence, ``data_raw``."""
        return self.regions.root / "data_raw"

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the edition, or else of ``common``; ``attrs["ref"]`` says which.

        A name such as ``2009-10/need_drivers`` means the table of that edition, whichever this one is.

        Raises
        ------
        DataError
            If there is no such table, or it breaks a rule.

        Examples
        --------
        >>> Evidence.open("2009-10").table("unit_costs").attrs["ref"]
        'common/unit_costs'
        """
        folder, name = self.place_of(name), name.rpartition("/")[2]
        ref = f"{folder}/{name}"
        if ref not in self._tables:
            codes = area_codes(self.regions.root, None if folder == "common" else folder)
            self._tables[ref], _ = read_table(self.data / f"{ref}.csv", codes)
        frame = self._tables[ref].copy()
        frame.attrs["ref"] = ref
        return frame

    def figure(
        self,
        table: str,
        measure: str,
        *,
        tier: str | None = None,
        sex: str | None = None,
        period: str | None = None,
        region_code: str | None = None,
        source_id: str | None = None,
    ) -> Estimate:
        """Return the one figure that a filter names.

        Its interval is the pair ``<measure>_ci_low`` and ``<measure>_ci_high`` of the same place,
        tier, sex and period, where the table has one.

        Raises
        ------
        DataError
            If no row matches, or more than one; it says what there is.

        Examples
        --------
        >>> share = Evidence.open("2023-24").figure("tier_mismatch", "share_suitable_for_lower_security")
        >>> share.value, share.bounds, share.kind
        (0.4, (0.3716, 0.4258), 'published')
        """
        asked = {"tier": tier, "sex": sex, "period": period, "region_code": region_code, "source_id": source_id}
        frame = self.table(table)
        rows = select(frame, measure, asked)
        if len(rows) != 1:
            raise not_one(frame, measure, asked, rows)
        row = rows.iloc[0]
        same = {name: str(row[name]) for name in ("tier", "sex", "period", "region_code", "region_name")}
        ends = [select(frame, f"{measure}_ci_{end}", same)["value"].tolist() for end in ("low", "high")]
        lower, upper = (ends[0][0], ends[1][0]) if all(len(end) == 1 for end in ends) else (None, None)
        source = f"{frame.attrs['ref']}#{row['source_id']}"
        return Estimate(float(row["value"]), lower, upper, KIND_OF_STATUS[row["status"]], (source,))

    def regional(
        self,
        table: str,
        measure: str,
        *,
        tier: str | None = None,
        sex: str | None = None,
        period: str | None = None,
        source_id: str | None = None,
        split_by: pd.Series[float] | Literal["repeat"] | None = None,
    ) -> pd.Series[float]:
        """Return one figure for every region, indexed by slug in the edition's order.

        Rows for a part of a region, such as one trust, carry another ``region_name`` and are not
        the region's figure. ``attrs`` holds ``sources`` (references) and ``kind`` (the weakest).

        Parameters
        ----------
        table, measure, tier, sex, period, source_id : str
            Which rows.
        split_by : Series by slug, or "repeat", optional
            What becomes of a cell that was published for several regions together (``Q37+Q38``):
            split in proportion to these counts, or repeated (a rate). Without it such a cell is
            no region's figure.

        Notes
        -----
        A table of another edition (``2009-10/prison_transfers``) gives that edition's regions.

        Raises
        ------
        DataError
            If a region has no figure, or more than one.

        Examples
        --------
        >>> old = Evidence.open("2009-10")
        >>> adults = old.regional("population_census2011_sha", "population_18_plus", sex="persons")
        >>> int(adults["london"]), adults.attrs["kind"]
        (6362547, 'derived')
        >>> transfers = old.regional("prison_transfers", "prison_to_hospital_transfers_all_mha_sections",
        ...                          period="2008-09", split_by=adults)
        >>> round(transfers[["south-east-coast", "south-central"]].sum())
        198
        """
        if (place := self.place_of(table)) not in (self.edition, "common"):
            there = self.elsewhere(place)
            name, only = table.rpartition("/")[2], {"tier": tier, "sex": sex, "period": period, "source_id": source_id}
            return there.regional(name, measure, **only, split_by=split_by)
        asked = {"tier": tier, "sex": sex, "period": period, "source_id": source_id}
        frame = self.table(table)
        rows = select(frame, measure, asked)
        if rows.empty:
            raise not_one(frame, measure, asked, rows)
        kinds = {KIND_OF_STATUS[status] for status in rows["status"]}
        found: list[tuple[str, float, str]] = []
        others = []
        for row in records(rows):
            members = self._members(row, split_by is not None)
            others += [] if members else [f"{row.region_code} {row.region_name}"]
            whole = sum(float(split_by[slug]) for slug in members) if isinstance(split_by, pd.Series) else 1.0
            for slug in members:
                part = float(split_by[slug]) / whole if isinstance(split_by, pd.Series) else 1.0
                found.append((slug, float(row.value) * part, row.source_id))
                kinds |= {"derived"} if part != 1.0 else set()
        slugs = [slug for slug, _, _ in found]
        problems = [
            f"{region.name} ({region.code}) has {n or 'no'} row{'s' if n > 1 else ''}"
            for region in self.regions
            if (n := slugs.count(region.slug)) != 1
        ]
        if problems:
            problems += [f"other areas with a row: {', '.join(sorted(set(others)))}"] if others else []
            problems += choices(rows, asked)
            raise DataError(f"{describe(frame, measure, asked)} is not one figure a region", problems, NARROW)
        values = {slug: value for slug, value, _ in found}
        series = pd.Series({region.slug: values[region.slug] for region in self.regions}, name=measure)
        series.attrs["sources"] = tuple(dict.fromkeys(f"{frame.attrs['ref']}#{source}" for *_, source in found))
        series.attrs["kind"] = weakest(kinds)
        return series

    def _members(self, row: Any, combined: bool) -> list[str]:
        """Return the regions that a row is about: one, several of a combined cell, or none."""
        by_code = {region.code: region for region in self.regions}
        codes = str(row.region_code).split("+")
        if any(code not in by_code for code in codes):
            return []
        if len(codes) == 1:
            return [by_code[codes[0]].slug] if row.region_name == by_code[codes[0]].name else []
        return [by_code[code].slug for code in codes] if combined else []

    def sources(self, refs: Iterable[str]) -> dict[str, Source]:
        """Return the citation of every reference to evidence; ``params/...`` is skipped.

        Raises
        ------
        DataError
            If a reference names no source of a sidecar.

        Examples
        --------
        >>> evidence = Evidence.open("2009-10")
        >>> [s.title for s in evidence.sources(["2009-10/costs_spend#cmh-secure-care", "params/x#y"]).values()]
        ['Secure care (web page)']
        """
        found, lost = {}, []
        wanted = {ref: ref.partition("#") for ref in refs if not ref.startswith("params/")}
        sidecars = {table: self.data / f"{table}.yaml" for table, _, _ in wanted.values()}
        cited = {table: read_sidecar(path).sources for table, path in sidecars.items() if path.is_file()}
        for ref, (table, _, name) in wanted.items():
            if citation := cited.get(table, {}).get(name):
                found[ref] = Source(ref=ref, table=table, **citation.model_dump())
            else:
                lost.append(f"{ref!r} names no source of a sidecar")
        if lost:
            raise DataError("sources cannot be cited", lost, "write edition/table#source-id as the sidecar has it")
        return found

    def place_of(self, name: str) -> str:
        """Return the folder that holds a table: the edition, or else ``common``, or the one that the name says.

        Raises
        ------
        DataError
            If there is no such table; it gives the nearest names.

        Examples
        --------
        >>> Evidence.open("2009-10").place_of("unit_costs")
        'common'
        """
        said, _, name = name.rpartition("/")
        folders = (said,) if said in (*EDITIONS, "common") else (self.edition, "common")
        for folder in folders if name.isidentifier() else ():
            if any((self.data / folder / f"{name}{suffix}").is_file() for suffix in (".csv", ".yaml")):
                return folder
        there = sorted(path.stem for folder in folders for path in (self.data / folder).glob("*.csv"))
        near = difflib.get_close_matches(name, there) or there
        raise DataError(f"{self.edition} has no table {name!r}", [f"it has {', '.join(near)}"], "name one of these")
