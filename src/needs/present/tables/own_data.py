"""Tables of the region's own data: what was given, what is used of it, and how good it is."""

from __future__ import annotations

from needs.data.geography import Region
from needs.dataset import TABLES
from needs.methods.disclosure import Released
from needs.methods.service.data_quality import OTHER_TABLES
from needs.methods.service.linking import RULES
from needs.present import words
from needs.present.artefact import Artefact
from needs.present.own_names import (
    REASON_NAMES,
    column_name,
    completeness_finding,
    file_name,
    some_rows,
    whole_percent,
)
from needs.present.released import SUPPRESSED
from needs.present.tables.layout import Column
from needs.present.tables.own_layout import folded, laid_with, own_table

__all__ = ["own_completeness", "own_excluded", "own_linked", "own_tables"]

LINKED = {
    "used": "Rows that stand for a stay of their own",
    "stays": "Stays; a caseload cut by a stay in a bed counts once a piece",
    "pathways": "Pathways",
    "people": "People",
}
"""What linking comes to, in words."""


def own_tables(released: Released, region: Region) -> Artefact:
    """Tabulate the tables that were given, and how many of their rows are used.

    Parameters
    ----------
    released : Released
        ``tables`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.
    region : Region
        Where.

    Examples
    --------
    >>> import pandas as pd
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> row = {"rows": 402, "used": 381, "joined": 9, "excluded": 12, "people": 210, "kept": 390}
    >>> frame = pd.DataFrame([{"table": "stays", **row}, {"table": "all", **row}])
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["rows", "used", "joined", "excluded", "people"],
    ...                shares={"share": ("kept", "rows")})
    >>> print(own_tables(safe, Region("2023-24", "london", "London", "E40000003")).title)
    1 of 9 tables was given for London; 97% of the rows are used
    """
    frame = released.frame
    columns: dict[str, Column] = {
        "table": ("Table", None), "rows": ("Rows", words.count), "used": ("Used", words.count),
        "joined": ("Part of another", words.count), "excluded": ("Left out", words.count),
        "share": ("Used or part", whole_percent), "people": ("People", words.count),
    }  # fmt: skip
    shown = laid_with(released, columns, {"table": [file_name(name) for name in frame["table"]]})
    about = {each.name for each in TABLES if each.about_people}
    shown.loc[~frame["table"].isin(about).to_numpy(), "People"] = ""
    shown.loc[~frame["table"].isin(["stays", "all"]).to_numpy(), "Part of another"] = ""
    given = int((frame["table"] != "all").sum())
    title = f"{given or 'None'} of {len(TABLES)} tables {'were' if given > 1 else 'was'} given for {words.place(region.name)}"
    share = frame.loc[frame["table"] == "all", "share"]
    if given and share.notna().all():
        title += f"; {whole_percent(float(share.iloc[0]))} of the rows are used"
    caption = (
        "Rows given in each table of the regional service data set, those used, those that are part of the stay of another row, "
        "those left out, and the people they are about. A row that is left out is listed with its reason for the region alone."
    )
    return own_table(title, caption, released, shown)


def own_completeness(released: Released) -> Artefact:
    """Tabulate how many cells are filled, column by column.

    Parameters
    ----------
    released : Released
        ``completeness`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> import pandas as pd
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"table": ["health", "all"], "column": ["bmi", "all"], "rows": [400, 400], "filled": [300, 300]})
    >>> safe = release(frame, Provenance("derived", ("x#y",)), counts=["rows"], shares={"share": ("filled", "rows")})
    >>> own_completeness(safe).rows.to_numpy().tolist()
    [['Physical health', 'Body mass index', '400', '75%'], ['All tables', 'All columns', '400', '75%']]
    """
    frame = released.frame
    columns: dict[str, Column] = {
        "table": ("Table", None), "column": ("Column", None), "rows": ("Rows expected", words.count),
        "share": ("Filled", whole_percent),
    }  # fmt: skip
    told = {
        "table": [file_name(name) for name in frame["table"]],
        "column": ["All columns" if name == "all" else column_name(name) for name in frame["column"]],
    }
    caption = (
        "Share of cells that tell something, of columns that may be blank; a word for not known tells nothing. A destination is "
        "expected of a stay that has ended, a reason of delay of a person who stays on after being ready."
    )
    return own_table(completeness_finding(released), caption, released, laid_with(released, columns, told))


def own_excluded(released: Released) -> Artefact:
    """Tabulate rows that are left out, by reason.

    Parameters
    ----------
    released : Released
        ``excluded`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> import pandas as pd
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"table": ["stays", "stays", "all"], "reason": ["same_row_again", "after_death", "all"],
    ...                       "rows": [31, 2, 33]})
    >>> table = own_excluded(release(frame, Provenance("derived", ("x#y",)), counts=["rows"]))
    >>> table.title, table.rows["Rows"].tolist()
    ('About 35 rows are left out, most often: the same row again (stays)', ['30', '*', '35'])
    """
    frame = released.frame
    columns: dict[str, Column] = {
        "table": ("Table", None), "reason": ("Reason", None), "rows": ("Rows", words.count),
    }  # fmt: skip
    told = {
        "table": [file_name(name) for name in frame["table"]],
        "reason": [
            "All reasons" if r == "all" else (RULES if t == "stays" else OTHER_TABLES)[r]
            for t, r in zip(frame["table"], frame["reason"], strict=True)
        ],
    }
    all_rows, parts = frame[frame["reason"] == "all"], frame[frame["reason"] != "all"]
    title = f"{some_rows(float(all_rows['rows'].iloc[0]), released.rule.smallest)} are left out"
    most = parts[parts["rows"] == parts["rows"].max()]
    if len(most) == 1:
        title += f", most often: {REASON_NAMES[most['reason'].iloc[0]]} ({file_name(most['table'].iloc[0]).lower()})"
    stars = (released.hidden["rows"] & (frame["reason"] != "all")).tolist()
    caption = (
        "Rows of the region's own data that no figure rests on, by the rule that leaves them out. Reasons that stand together "
        f"each leave out fewer than {released.rule.smallest} rows, or would give the number of such a one away."
    )
    others = f"{sum(stars)} {'other ' if parts['rows'].notna().any() else ''}reasons"
    one = {"Table": "All tables", "Reason": others, "Rows": SUPPRESSED}
    return own_table(title, caption, released, folded(laid_with(released, columns, told), stars, one, len(all_rows)))


def own_linked(released: Released) -> Artefact:
    """Tabulate what linking comes to, and how often each rule is applied to rows that are used.

    Parameters
    ----------
    released : Released
        ``linked`` of :class:`needs.methods.service.data_quality_released.ReleasedQuality`.

    Examples
    --------
    >>> import pandas as pd
    >>> from needs.methods.disclosure import release
    >>> from needs.values import Provenance
    >>> frame = pd.DataFrame({"what": ["used", "stays", "pathways", "people", "transfer"], "rows": [381, 383, 290, 211, 93]})
    >>> own_linked(release(frame, Provenance("derived", ("x#y",)), counts=["rows"])).title
    'About 385 stays make about 290 pathways of about 210 people'
    """
    frame = released.frame
    columns: dict[str, Column] = {
        "what": ("What is counted, or the rule applied", None),
        "rows": ("Number", words.count),
    }
    told = [LINKED[name] if name in LINKED else RULES[name] for name in frame["what"]]
    sums = frame.set_index("what")["rows"]
    parts = [
        some_rows(float(sums[name]), released.rule.smallest, one, many)
        for name, one, many in (
            ("stays", "stay", "stays"),
            ("pathways", "pathway", "pathways"),
            ("people", "person", "people"),
        )
    ]
    title = f"{parts[0]} make {words.lower(parts[1])} of {words.lower(parts[2])}"
    caption = (
        "Stays of each person made one at a time and linked into pathways, with the number of stays to which each rule was "
        "applied. A row that is part of another is counted under the rule that joins it. Rules that stand together were each "
        f"applied to fewer than {released.rule.smallest}."
    )
    rules = ~frame["what"].isin(list(LINKED))
    stars = (released.hidden["rows"] & rules).tolist()
    others = f"{sum(stars)} {'other ' if frame.loc[rules, 'rows'].notna().any() else ''}rules"
    one = {columns["what"][0]: others, columns["rows"][0]: SUPPRESSED}
    return own_table(title, caption, released, folded(laid_with(released, columns, {"what": told}), stars, one))
