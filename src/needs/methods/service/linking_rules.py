"""Rules by which rows of stays become stays, one at a time for each person, and pathways."""

from __future__ import annotations

__all__ = ["JOINED", "LEAVE_DAYS", "LEFT_OUT", "OVERLAP_DAYS", "RULES", "SETTLED", "TRANSFER_DAYS"]

TRANSFER_DAYS = 3
"""Most days between the end of a stay and the next admission for the two to be one pathway: a long weekend."""

OVERLAP_DAYS = 31
"""Most days that two stays may overlap for the discharge to have been written down late: a month, as returns are monthly."""

LEAVE_DAYS = 182
"""Most days of leave after which a person who comes back to the same place has not left: half a year."""

LEFT_OUT = {
    "same_row_again": "Every cell is as in another row, so one of them is used.",
    "ends_before_start": "The day of discharge is before the day of admission.",
    "begins_after_last_day": "The day of admission is after the last day of the data.",
    "ended_before_first_day": "The stay had ended before the first day of the data.",
    "after_death": "The day of admission is after the day on which the person died, by another row.",
    "same_day_elsewhere": "The person was admitted to another place on the same day and stayed there longer; of two equal "
    "stays the more secure one is used.",
    "within_another": "The stay lies within a stay of the person in another place.",
    "overlaps_earlier": f"The stay overlaps an earlier stay of the person in another place by more than {OVERLAP_DAYS} days.",
    "caseload_beside_bed": "A community caseload held only while the person was in a bed or a step-down place.",
}  # fmt: skip
"""Reasons why a row is left out, in the order in which they are looked for."""

JOINED = {
    "part_of_another": "Two rows of the same place and tier overlap: they are one stay, which ends on the later day; a row "
    "with a day of discharge counts before one without that began no later.",
    "leave": f"The person is back in the same place and tier within {TRANSFER_DAYS} days, or after leave of at most "
    f"{LEAVE_DAYS} days: it is one stay.",
}  # fmt: skip
"""Rules by which a row becomes part of another that is used."""

SETTLED = {
    "discharge_after_last_day": "The day of discharge is after the last day of the data: the stay lasts.",
    "blank_discharge": "No day of discharge, but a later stay in another place: the stay ends when the next begins.",
    "discharge_late": f"The next stay begins at most {OVERLAP_DAYS} days before the day of discharge and ends no earlier: the "
    "stay ends when the next begins.",
    "caseload_outside_beds": "A community caseload goes on beside a bed or a step-down place: it counts for the days outside "
    "them, before and after.",
    "transfer": f"The next admission is within {TRANSFER_DAYS} days of the end: both stays are steps of one pathway.",
    "ready_carried": "Clinically ready before admission, and moved within the tier while ready: counted from admission.",
    "ready_not_used": "The day of being clinically ready is not within the stay: it is not used.",
}  # fmt: skip
"""What is done to rows that are used."""

RULES: dict[str, str] = {**LEFT_OUT, **JOINED, **SETTLED}
"""Every rule by name, in the order in which it is applied.

Notes
-----
A place is a unit; where none is given the provider stands for it, and where neither is given the tier alone. A community
caseload is looked at apart from beds and step-down places, because teams take people on before they are discharged and keep
them when they are recalled for a while.
"""
