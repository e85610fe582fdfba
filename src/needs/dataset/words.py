"""Words that stand in several tables, and what each means."""

from __future__ import annotations

__all__ = ["CONTRACT", "DESTINATION", "SECTOR", "SEX", "SOURCE", "TIER", "YES_NO"]

UNKNOWN = {"unknown": "Not known or not stated"}

TIER = {
    "high": "High secure",
    "medium": "Medium secure",
    "low": "Low secure",
    "step_down": "Step-down: supported accommodation, or an open or rehabilitation place used as step-down",
    "community": "Community forensic team",
}

SECTOR = {"nhs": "NHS provider", "independent": "Independent provider"}

SEX = {"female": "Female", "male": "Male", "other": "Other", **UNKNOWN}

YES_NO = {"yes": "Yes", "no": "No", **UNKNOWN}

SOURCE = {
    "prison_remand": "Prison, on remand or unsentenced",
    "prison_sentenced": "Prison, sentenced",
    "court": "Court",
    "general_psychiatry": "General psychiatric ward",
    "other_hospital": "Other hospital",
    "adolescent_secure": "Adolescent secure service",
    "community_recall": "Recall from the community",
    **{tier: f"{name.partition(':')[0]}, moved on from there" for tier, name in TIER.items()},
    **UNKNOWN,
}

DESTINATION = {
    **{tier: name.partition(":")[0] for tier, name in TIER.items()},
    "prison": "Prison",
    "general_psychiatry": "General psychiatric ward",
    "discharge": "Home or other place without secure or forensic care",
    "other": "Other, such as deported or absconded",
    "died": "Died",
    "leave": "Leave, after which the same person comes back to the same unit",
    **UNKNOWN,
}

CONTRACT = {"block": "Beds paid for whether in use or not", "package": "Bed-days as they are used"}
