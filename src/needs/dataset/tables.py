"""The tables of the regional service data set, one row a thing that happened or was counted."""

from __future__ import annotations

from needs.dataset.columns import Column, Table
from needs.dataset.words import CONTRACT, DESTINATION, SECTOR, SEX, SOURCE, TIER, UNKNOWN, YES_NO

__all__ = ["TABLES", "table"]

_PERSON = Column(
    "person_key", "A person, by a key of your own that is the same in every table; never a name or an NHS number.",
    "key", required=True,
)  # fmt: skip
_UNIT = Column("unit", "Unit or ward, by name or code.", "text")
_PROVIDER = Column("provider", "Provider, by name or code.", "text")
_TIER = Column("tier", "Tier of care.", "code", required=True, codes=TIER)
_SECTOR = Column("sector", "Sector of the provider.", "code", codes=SECTOR)

STAYS = Table(
    "stays", "Stays", "One stay of one person in one unit, ended or not; a caseload of a community team counts as a stay.",
    (
        _PERSON,
        Column("home_icb", "Integrated care board of the person's home, by code.", "text"),
        _UNIT,
        _PROVIDER,
        _SECTOR,
        _TIER,
        Column("sex", "Sex as recorded.", "code", codes=SEX),
        Column("age", "Age in years at admission.", "whole", lowest=10, highest=110, personal=True),
        Column("ethnicity", "Ethnic group, in the five broad groups of the census.", "code",
               codes={"asian": "Asian or Asian British", "black": "Black, Black British, Caribbean or African",
                      "mixed": "Mixed or multiple ethnic groups", "white": "White", "other": "Other ethnic group", **UNKNOWN}),
        Column("deprivation_tenth", "Tenth of the index of multiple deprivation of the home, 1 the most deprived.", "whole",
               lowest=1, highest=10),
        Column("diagnosis", "Main diagnosis group.", "code",
               codes={"mental_illness": "Mental illness", "personality_disorder": "Personality disorder",
                      "both": "Mental illness and personality disorder", "other": "Other", **UNKNOWN}),
        Column("learning_disability", "Whether the person has a learning disability.", "code", codes=YES_NO),
        Column("autism", "Whether the person is autistic.", "code", codes=YES_NO),
        Column("legal_section", "Section of the Mental Health Act at admission.", "code",
               codes={"s2": "Section 2", "s3": "Section 3", "s35_36_38": "Sections 35, 36 and 38", "s37": "Section 37",
                      "s37_41": "Section 37 with 41", "s47": "Section 47", "s47_49": "Section 47 with 49", "s48": "Section 48",
                      "s48_49": "Section 48 with 49", "cto": "Community treatment order",
                      "conditional_discharge": "Conditional discharge", "informal": "Informal", "other": "Other", **UNKNOWN}),
        Column("source", "Where the person came from.", "code", codes=SOURCE),
        Column("admitted", "Day of admission.", "date", required=True),
        Column("discharged", "Day the stay ended; blank while it lasts.", "date"),
        Column("destination", "Where the person went; blank while the stay lasts.", "code", codes=DESTINATION),
        Column("clinically_ready", "Day from which the person was clinically ready for discharge or a less secure place.",
               "date"),
        Column("delay_reason", "Main reason why a person who is ready is still there.", "code",
               codes={"step_down": "No step-down place or supported accommodation", "secure_bed": "No bed in another secure tier",
                      "community_team": "No community team or care coordinator", "housing": "No housing",
                      "ministry_of_justice": "Permission of the Ministry of Justice", "tribunal": "Tribunal",
                      "funding": "Funding not agreed", "prison": "Return to prison not arranged",
                      "other": "Other", **UNKNOWN}),
        Column("natural_clinical_flow", "Whether the unit is within the person's natural clinical flow.", "code", codes=YES_NO),
    ),
)  # fmt: skip

REFERRALS = Table(
    "referrals", "Referrals", "One event of one referral, in the order in which they happened.",
    (
        _PERSON,
        Column("referral_key", "The referral, by a key of your own.", "key", required=True),
        Column("event", "What happened.", "code", required=True,
               codes={"referred": "Referred", "assessed": "Assessed, once for each assessment", "accepted": "Accepted",
                      "refused": "Refused", "waiting": "Waiting for a bed", "admitted": "Admitted",
                      "withdrawn": "Withdrawn, or no longer needed", "released": "Released from prison"}),
        Column("day", "Day of the event.", "date", required=True),
        Column("setting", "Where the person is at referral.", "code",
               codes={"prison": "Prison", "court": "Court", "hospital": "Hospital", "community": "Community", **UNKNOWN}),
        Column("tier", "Tier asked for.", "code", codes=TIER),
        Column("assessor", "Provider that assessed.", "text"),
        Column("outcome", "What an assessment found.", "code",
               codes={"suitable": "Suitable for the tier asked for", "other_tier": "Suitable for another tier",
                      "not_suitable": "Not suitable", "more_needed": "Another assessment needed", **UNKNOWN}),
        Column("clock", "Whether the event starts or ends the clock of the transfer standard, by your own rule.", "code",
               codes={"start": "Starts the clock", "end": "Ends the clock"}),
    ),
)  # fmt: skip

REVIEWS = Table(
    "reviews", "Reviews", "One review of one person: what is needed now.",
    (
        _PERSON,
        Column("reviewed", "Day of the review.", "date", required=True),
        Column("tier_needed", "Tier of care that the person needs.", "code", required=True,
               codes={**TIER, "none": "No secure or forensic care"}),
        Column("dundrum_total", "DUNDRUM-1 triage security total, 11 items of 0 to 4.", "whole", lowest=0, highest=44,
               personal=True),
        Column("honos_secure_total", "HoNOS-secure total, 12 items of 0 to 4.", "whole", lowest=0, highest=48, personal=True),
        Column("leave", "Leave at the time.", "code",
               codes={"none": "None", "escorted_grounds": "Escorted, in the grounds",
                      "unescorted_grounds": "Unescorted, in the grounds",
                      "escorted_community": "Escorted, outside", "unescorted_community": "Unescorted, outside",
                      "overnight": "Overnight", **UNKNOWN}),
        Column("care_package", "Care package.", "code",
               codes={"assessment": "Assessment", "acute": "Acute treatment", "treatment": "Active treatment",
                      "rehabilitation": "Rehabilitation", "long_term": "Long-term care", "step_down": "Step-down support",
                      "other": "Other", **UNKNOWN}),
        Column("intended_outcome", "What the package is to bring about.", "code",
               codes={"less_secure": "Move to a less secure place", "discharge": "Discharge", "prison": "Return to prison",
                      "stable": "Stable where the person is", "other": "Other", **UNKNOWN}),
    ),
)  # fmt: skip

CAPACITY = Table(
    "capacity", "Capacity", "Beds or places of one unit in one tier, as last validated.",
    (
        Column("unit", "Unit or ward, as in the stays.", "text", required=True),
        _PROVIDER,
        _TIER,
        Column("sector", "Sector of the provider.", "code", required=True, codes=SECTOR),
        Column("sex", "Whom it takes.", "code", codes={"female": "Women", "male": "Men", "mixed": "Both", **UNKNOWN}),
        Column("beds", "Beds or places that the region may use.", "whole", required=True, lowest=0, highest=5000),
        Column("validated", "Day on which the number was checked.", "date", required=True),
    ),
    ("unit", "tier", "sex", "validated"),
)  # fmt: skip

FINANCE = Table(
    "finance", "Finance", "What was paid in one financial year, by tier, sector and contract.",
    (
        Column("tier", "Tier of care.", "code", required=True, codes={t: TIER[t] for t in ("high", "medium", "low")}),
        Column("sector", "Sector of the provider.", "code", required=True, codes=SECTOR),
        Column("contract", "Form of contract.", "code", required=True, codes=CONTRACT),
        Column("funded_beds", "Beds funded by a block; 0 for packages.", "number", required=True, lowest=0),
        Column("occupied_bed_days", "Bed-days used in the year.", "number", required=True, lowest=0),
        Column("spend", "Pounds spent in the year.", "number", required=True, lowest=0),
        Column("period", "Financial year.", "year", required=True),
    ),
    ("tier", "sector", "contract", "period"),
)  # fmt: skip

OUTCOMES = Table(
    "outcomes", "Outcomes", "One thing that happened to one person after discharge from a secure bed.",
    (
        _PERSON,
        Column("event", "What happened.", "code", required=True,
               codes={"readmission": "Readmitted to a secure bed", "reconviction": "Convicted of an offence after discharge",
                      "grave_reconviction": "Convicted of a grave offence after discharge", "death": "Died",
                      "employment": "In work, training or education", "settled_accommodation": "In settled accommodation",
                      "community_team": "Accepted by a mainstream community mental health team"}),
        Column("day", "Day of the event.", "date", required=True),
    ),
)  # fmt: skip

HEALTH = Table(
    "health", "Physical health", "One physical health check of one person.",
    (
        _PERSON,
        Column("checked", "Day of the check.", "date", required=True),
        Column("annual_check", "Whether the full annual check was done.", "code", required=True,
               codes={"done": "Done", "declined": "Offered and declined", "not_done": "Not done"}),
        Column("bmi", "Body mass index, kg per square metre.", "number", lowest=10, highest=90, personal=True),
    ),
)  # fmt: skip

EXPERIENCE = Table(
    "experience", "Experience", "Answers of patients or carers to one question in one quarter.",
    (
        Column("quarter", "First day of the quarter.", "date", required=True),
        Column("unit", "Unit or ward, as in the stays.", "text"),
        Column("respondent", "Who was asked.", "code", required=True, codes={"patient": "Patients", "carer": "Carers"}),
        Column("question", "The question, in the same words each time.", "text", required=True),
        Column("asked", "People asked.", "whole", required=True, lowest=0),
        Column("answered", "People who answered.", "whole", required=True, lowest=0),
        Column("positive", "Answers that were positive.", "whole", required=True, lowest=0),
    ),
    ("quarter", "unit", "respondent", "question"),
)  # fmt: skip

STANDARDS = Table(
    "standards", "Standards", "One standard of a service specification, as one unit met it.",
    (
        Column("unit", "Unit or ward, as in the stays.", "text", required=True),
        Column("standard", "The standard, by name or number.", "text", required=True),
        Column("level", "Whether it is a core or a developmental standard.", "code", required=True,
               codes={"core": "Core", "developmental": "Developmental"}),
        Column("assessed", "Day on which it was assessed.", "date", required=True),
        Column("status", "Whether it was met.", "code", required=True,
               codes={"met": "Met", "partly": "Partly met", "not_met": "Not met"}),
    ),
    ("unit", "standard", "assessed"),
)  # fmt: skip

TABLES: tuple[Table, ...] = (STAYS, REFERRALS, REVIEWS, CAPACITY, FINANCE, OUTCOMES, HEALTH, EXPERIENCE, STANDARDS)
"""Tables of the data set, in the order of the template."""


def table(name: str) -> Table:
    """Return a table by name.

    Examples
    --------
    >>> [t.name for t in TABLES]
    ['stays', 'referrals', 'reviews', 'capacity', 'finance', 'outcomes', 'health', 'experience', 'standards']
    >>> table("reviews").about_people, table("finance").about_people
    (True, False)
    """
    return next(each for each in TABLES if each.name == name)
