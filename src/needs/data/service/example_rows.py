"""A few rows of every table that show how cells are written; plainly made up, of no person and no unit."""

from __future__ import annotations

import csv
from collections.abc import Mapping

from needs.dataset import Table

__all__ = ["EXAMPLE", "example_rows"]

EXAMPLE: Mapping[str, tuple[str, ...]] = {
    "stays": (
        "example-1,EXAMPLE-ICB,Example ward A,Example trust,nhs,medium,male,34,white,2,mental_illness,no,no,s37_41,"
        "prison_sentenced,2021-05-04,2023-11-20,low,2023-06-01,secure_bed,yes",
        "example-1,EXAMPLE-ICB,Example ward B,Example hospital,independent,low,male,37,white,2,mental_illness,no,no,s37_41,"
        "medium,2023-11-20,,,,,no",
        "example-2,EXAMPLE-ICB,Example ward B,Example hospital,independent,low,female,29,black,1,both,unknown,no,s3,"
        "general_psychiatry,2022-09-12,,,2023-12-05,step_down,yes",
    ),
    "referrals": (
        "example-3,example-referral-1,referred,2023-08-01,prison,medium,,,start",
        "example-3,example-referral-1,assessed,2023-08-15,prison,medium,Example trust,suitable,",
        "example-3,example-referral-1,accepted,2023-08-22,prison,medium,,,",
        "example-3,example-referral-1,admitted,2023-09-19,prison,medium,,,end",
    ),
    "reviews": (
        "example-1,2024-01-16,step_down,14,21,unescorted_community,rehabilitation,less_secure",
        "example-2,2024-01-23,low,20,28,escorted_grounds,treatment,less_secure",
    ),
    "capacity": (
        "Example ward A,Example trust,medium,nhs,male,12,2024-03-31",
        "Example ward B,Example hospital,low,independent,mixed,16,2024-03-31",
    ),
    "finance": ("medium,nhs,block,12,4100,2700000,2023-24", "low,independent,package,0,5200,2300000,2023-24"),
    "outcomes": ("example-4,settled_accommodation,2023-02-01", "example-4,readmission,2023-10-09"),
    "health": ("example-1,2023-10-02,done,27.4", "example-2,2023-10-02,declined,"),
    "experience": (
        "2024-01-01,Example ward A,patient,I feel safe on this ward,12,10,7",
        "2024-01-01,,carer,I am told what I need to know,20,9,6",
    ),
    "standards": (
        "Example ward A,1.1 Every person has a named nurse,core,2023-11-14,met",
        "Example ward B,4.2 Carers are offered a review meeting,developmental,2023-11-14,partly",
    ),
}
"""Rows as CSV by table, in the order of the definition's columns."""


def example_rows(table: Table) -> list[dict[str, str]]:
    """Return the made-up rows of a table, by column and as text.

    Examples
    --------
    >>> from needs.dataset import table
    >>> [row["spend"] for row in example_rows(table("finance"))]
    ['2700000', '2300000']
    """
    rows = csv.reader(EXAMPLE[table.name])
    return [dict(zip(table.names, cells, strict=True)) for cells in rows]
