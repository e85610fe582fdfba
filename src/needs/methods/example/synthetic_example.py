"""The three regions of the edition ``example``, all made up: there are no such places, units or people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from needs.methods.example.synthetic_truth import Hazards, Truth, Unit
from needs.methods.stays import Stay

__all__ = ["EXAMPLE"]

_CARE = "Fable Care (made up)"
_FAR = "Otherwhere Care (made up)"


def _units(region: str, key: str, beds: Mapping[str, tuple[int, ...]]) -> tuple[Unit, ...]:
    """Return the units of a region: two medium and two low secure ones are independent, one of each far away."""
    trust = f"{region} Made-up Trust"
    trees = {"high": "Oak", "medium": "Alder Birch Cedar Dogwood", "low": "Elm Fir Hazel Hornbeam", "step_down": "Ivy Juniper",
             "community": "Community Forensic Team"}  # fmt: skip
    found = []
    for tier, numbers in beds.items():
        names = [trees[tier]] if tier == "community" else trees[tier].split()
        for place, (name, number) in enumerate(zip(names, numbers, strict=True)):
            last = (tier, len(numbers) - 1 - place)
            provider = {("medium", 0): _FAR, ("medium", 1): _CARE, ("low", 0): _FAR, ("low", 1): _CARE}.get(last, trust)
            sector: Any = "nhs" if provider == trust else "independent"
            found.append(Unit(f"{key} {name}", provider, tier, sector, number, flow=provider != _FAR))
    return tuple(found)


_COMMON: dict[str, Any] = {
    "routing": {
        "high": {"medium": 0.62, "low": 0.10, "prison": 0.18, "died": 0.06, "other": 0.04},
        "medium": {"low": 0.34, "medium": 0.08, "high": 0.02, "step_down": 0.17, "community": 0.10, "discharge": 0.11,
                   "prison": 0.15, "died": 0.03},
        "low": {"step_down": 0.32, "community": 0.17, "discharge": 0.19, "general_psychiatry": 0.11, "prison": 0.08,
                "medium": 0.06, "low": 0.04, "died": 0.03},
        "step_down": {"community": 0.45, "discharge": 0.48, "general_psychiatry": 0.07},
        "community": {"discharge": 0.84, "prison": 0.07, "general_psychiatry": 0.09},
    },
    "recalled_to": {"medium": 0.5, "low": 0.5},
    "stay": {"high": Stay(2.5, 9.0, 0.3), "medium": Stay(1.0, 5.0, 0.25), "low": Stay(0.8, 4.0, 0.25),
             "step_down": Stay(2.0, 2.0, 0.0), "community": Stay(3.5, 3.5, 0.0)},
    "assessments": {"prison_remand": (2, 16.0), "prison_sentenced": (2, 16.0), "court": (1, 14.0),
                    "general_psychiatry": (1, 18.0), "other_hospital": (1, 18.0), "adolescent_secure": (1, 30.0)},
    "women": {"high": 0.08, "medium": 0.15, "low": 0.24, "community": 0.16},
    "ready": {"high": 0.3, "medium": 0.18, "low": 0.14},
    "price": {"high": 980.0, "medium": 640.0, "low": 540.0},
}  # fmt: skip
"""What the regions share."""


def _arrivals(high: float, medium: float, low: float, community: float) -> dict[str, dict[str, float]]:
    shares = {
        "high": {"prison_remand": 0.2, "prison_sentenced": 0.5, "court": 0.2, "other_hospital": 0.1},
        "medium": {"prison_remand": 0.27, "prison_sentenced": 0.33, "court": 0.15, "general_psychiatry": 0.18,
                   "other_hospital": 0.04, "adolescent_secure": 0.03},
        "low": {"prison_remand": 0.08, "prison_sentenced": 0.12, "court": 0.14, "general_psychiatry": 0.56,
                "other_hospital": 0.07, "adolescent_secure": 0.03},
        "community": {"general_psychiatry": 0.6, "court": 0.25, "prison_sentenced": 0.15},
    }  # fmt: skip
    people = {"high": high, "medium": medium, "low": low, "community": community}
    return {tier: {origin: share * people[tier] for origin, share in shares[tier].items()} for tier in shares}


def _adults(asian: float, black: float, mixed: float, other: float, *ratios: float) -> dict[str, tuple[float, float]]:
    shares = (asian, black, mixed, other)
    groups = dict(zip(("asian", "black", "mixed", "other"), zip(shares, ratios, strict=True), strict=True))
    return groups | {"white": (round(1 - sum(shares), 9), 1.0)}


EXAMPLE: Mapping[str, Truth] = {
    "northmark": Truth(
        name="Northmark", key="NM", boards={"X1A": 0.45, "X1B": 0.33, "X1C": 0.22},
        units=_units("Northmark", "NM", {"high": (17,), "medium": (24, 22, 20, 20), "low": (24, 18, 14, 12),
                                         "step_down": (20, 18), "community": (120,)}),
        arrivals=_arrivals(2.0, 24.0, 18.0, 8.0), ethnicity=_adults(0.09, 0.06, 0.03, 0.02, 0.8, 3.0, 2.0, 1.2),
        adults=1_150_000, most_deprived=(0.13, 0.25), **_COMMON,
    ),
    "eastvale": Truth(
        name="Eastvale", key="EV", boards={"X2A": 0.5, "X2B": 0.3, "X2C": 0.2},
        units=_units("Eastvale", "EV", {"high": (12,), "medium": (20, 14, 12, 10), "low": (18, 13, 10, 8),
                                        "step_down": (18, 18), "community": (100,)}),
        arrivals=_arrivals(1.4, 16.0, 15.0, 7.0), ethnicity=_adults(0.04, 0.02, 0.015, 0.01, 0.9, 2.4, 1.6, 1.0),
        adults=950_000, most_deprived=(0.035, 0.089),
        **_COMMON | {"stay": _COMMON["stay"] | {"low": Stay(0.7, 3.2, 0.3)},
                     "ready": {"high": 0.25, "medium": 0.12, "low": 0.1}, "women": _COMMON["women"] | {"low": 0.3}},
        gradient=1.1, checked=0.88, positive=0.76,
    ),
    "southmoor": Truth(
        name="Southmoor", key="SM", boards={"X3A": 0.4, "X3B": 0.35, "X3C": 0.25},
        units=_units("Southmoor", "SM", {"high": (22,), "medium": (38, 34, 28, 28), "low": (28, 22, 16, 12),
                                         "step_down": (22, 18), "community": (150,)}),
        arrivals=_arrivals(2.6, 28.0, 17.0, 9.0), ethnicity=_adults(0.13, 0.12, 0.05, 0.03, 0.9, 3.4, 2.2, 1.1),
        adults=1_350_000, most_deprived=(0.12, 0.235),
        **_COMMON | {"stay": _COMMON["stay"] | {"medium": Stay(1.2, 5.5, 0.28)},
                     "assessments": _COMMON["assessments"] | {"prison_remand": (3, 15.0), "prison_sentenced": (3, 15.0)},
                     "ready": {"high": 0.35, "medium": 0.24, "low": 0.2}},
        gradient=1.2, hazards=Hazards(recall=0.1, reconviction=0.08), checked=0.7, positive=0.62,
    ),
}  # fmt: skip
"""What is true of each region of the edition ``example``, by slug."""
