"""Small files in the forms that publishers use: rows as lists of text, written as CSV or as a workbook."""

import csv
import io

import xlsxwriter

MHSDS = [
    "REPORTING_PERIOD_START",
    "REPORTING_PERIOD_END",
    "STATUS",
    "BREAKDOWN",
    "PRIMARY_LEVEL",
    "PRIMARY_LEVEL_DESCRIPTION",
    "SECONDARY_LEVEL",
    "SECONDARY_LEVEL_DESCRIPTION",
    "MEASURE_ID",
    "MEASURE_NAME",
    "MEASURE_VALUE",
]
OAP = ["Question", "Breakdown1", "Breakdown1Code", "Breakdown2", "Breakdown2Code", "value"]
MHA = [
    "Year",
    "Measure",
    "measureSubcategory",
    "Demographic",
    "DemographicBreakdown",
    "OrganisationBreakdown",
    "DataSource",
    "OrgID",
    "OrgName",
    "MHSDS_Count",
    "Acute_Count",
    "Total_Count",
    "CrudeRate",
    "StdRate",
    "Confidence_interval",
]
FINGERTIPS = [
    "Indicator ID",
    "Indicator Name",
    "Parent Code",
    "Parent Name",
    "Area Code",
    "Area Name",
    "Area Type",
    "Sex",
    "Age",
    "Category Type",
    "Category",
    "Time period",
    "Value",
    "Lower CI 95.0 limit",
    "Upper CI 95.0 limit",
    "Lower CI 99.8 limit",
    "Upper CI 99.8 limit",
    "Count",
    "Denominator",
    "Value note",
    "Recent Trend",
    "Compared to England value or percentiles",
    "Compared to Region value or percentiles",
    "Time period Sortable",
    "New data",
    "Compared to goal",
]
IMD_2019 = [
    "LSOA code (2011)",
    "LSOA name (2011)",
    "Local Authority District code (2019)",
    "Local Authority District name (2019)",
    "Index of Multiple Deprivation (IMD) Score",
    "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
]
IMD_2010 = [
    "LSOA CODE",
    "PRE 2009 LA CODE",
    "PRE 2009 LA NAME",
    "POST 2009 LA CODE",
    "POST 2009 LA NAME",
    "GOR CODE",
    "GOR NAME",
    "IMD SCORE",
]
IMD_2010 = [*IMD_2010, "RANK OF IMD SCORE (where 1 is most deprived)"]
ICB = [
    "SICBL 2023 Code",
    "SICBL 2023 Name",
    "ICB 2023 Code",
    "ICB 2023 Name",
    "NHSER 2023 Code",
    "NHSER 2023 Name",
    "Total",
]
SMI = [
    "Region code",
    "Region name",
    "Sub-ICB code",
    "Sub-ICB name",
    "Number of people on the GP SMI register",
    "Number of people who had all six physical health checks",
    "% of people who had all six physical health checks",
]


def mhsds(
    value="40", status="Final", breakdown="Provider", level="RXX", second="NONE", start="01/04/2024", end="30/04/2024"
):
    """Return a row of the monthly statistics."""
    return [start, end, status, breakdown, level, f"{level} name", second, second, "MHS01", "Number of people", value]


def fingertips(value="94.7", area="E06000001", sex="Persons", note="", columns=26, period="2015", age="All ages"):
    """Return a row of an indicator, with a line break in its name."""
    row = [
        "93356",
        "Infections\n",
        "E12000001",
        "North East",
        area,
        f"{area} name",
        "County & UA",
        sex,
        age,
        "",
        "",
        period,
    ]
    row += [value, "93.9", "95.5", "", "", "51", "5400", note, "", "", "", "20150000", "", "", "1y"]
    return row[:columns]


def mha(total="1410", org="QWE", level="ICB", measure="All detentions", group="All", people="All", rate="90.1"):
    """Return a row of the annual figures."""
    row = [
        "2023/24",
        measure,
        "All",
        group,
        people,
        level,
        "Both",
        org,
        f"{org} name",
        total,
        "0",
        total,
        rate,
        "NULL",
        "NULL",
    ]
    return row if org != "All prov" else [*row[:8], "All providers", *row[9:]]


def people(code="E38000240", icb="E54000027", region="E40000003", first=10):
    """Return a row of population: ages 0 to 90 of women and of men."""
    ages = [first + age % 7 for age in range(182)]
    return [code, f"{code} name", icb, f"{icb} name", region, f"{region} name", sum(ages), *ages]


def population_header():
    """Return the header of a sheet of population."""
    return [*ICB, *(f"{sex}{age}" for sex in "FM" for age in range(91))]


def as_csv(rows, encoding="utf-8", mark=","):
    """Return rows as bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=mark).writerows(rows)
    return text.getvalue().encode(encoding)


def as_book(path, **sheets):
    """Write sheets to a workbook; numbers stay numbers."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return path


MADE = {
    "mhsds": [MHSDS, mhsds(), mhsds("*", level="RYY")],
    "ons_population": [population_header(), people(), people("E38000241", first=3)],
    "imd": [
        IMD_2019,
        ["E01000001", "City 001A", "E09000001", "City", "6.2", "29199", "9"],
        ["E01000002", "City 001B", "E09000001", "City", "5.1", "30379", "10"],
    ],
    "fingertips": [
        FINGERTIPS,
        fingertips(),
        fingertips("", "E06000002", note="Value suppressed for disclosure control"),
    ],
    "mha": [MHA, mha(), mha("*", "QMJ"), mha("52458", "All prov", "All submissions")],
    "smi_checks": [
        SMI,
        ["Y56", "London", "93C", "NHS North Central London", "20430", "11120", "0.544"],
        ["Y56", "London", "A3A8R", "NHS North East London", "24120", "*", "*"],
    ],
    "oap": [
        OAP,
        ["OAPs started in period", "Region", "Y56", "BedType", "12", "7"],
        ["OAPs started in period", "region", "Y56", "Gender", "1", "*"],
    ],
}
"""A small file of each format: the header and rows below it."""
