"""Numbers as a reader would write them, each rounded to the precision of its interval."""

from __future__ import annotations

import math

from needs.values import Estimate

__all__ = [
    "count",
    "money",
    "number_text",
    "percent",
    "plain",
    "plural",
    "published",
    "quantity",
    "range_text",
    "ranged",
    "signed",
    "signed_range",
    "spoken",
    "step",
]


def count(value: float, step: float = 1) -> str:
    """Write a count with thousands separators, to the nearest ``step``; a half goes up, whatever its last bit is.

    Examples
    --------
    >>> count(6969318), count(1034.4, 10), count(0.4), count(-12), count(643.5 - 1e-12)
    ('6,969,318', '1,030', '0', '−12', '644')
    """
    return f"{math.floor(round(value / step, 9) + 0.5) * step:,.0f}".replace("-", "−")


def step(lower: float, upper: float) -> float:
    """Return the steps in which a figure with this interval is written: 1, 10, 100, ...

    Examples
    --------
    >>> step(875, 1331), step(87, 154), step(45, 45)
    (10.0, 1.0, 1.0)
    """
    if upper <= lower:
        return 1.0
    return float(max(1, 10 ** (math.floor(math.log10((upper - lower) / 2)) - 1)))


def money(pounds: float, step: float = 0) -> str:
    """Write pounds in the unit a reader would say, to three digits or to the nearest ``step``.

    Examples
    --------
    >>> money(1.2077e9), money(284.6e6), money(9.996e6), money(165_000), money(40.851)
    ('£1.21 billion', '£285 million', '£10.0 million', '£165,000', '£40.85')
    >>> money(284.6e6, 10e6), money(1.2077e9, 0.1e9), money(40.851, 1)
    ('£280 million', '£1.2 billion', '£41')
    >>> money(-284.6e6)
    '−£285 million'
    """
    if pounds < 0:
        size = money(-pounds, step)
        return size if size == money(0, step) else f"−{size}"
    amount = math.floor(pounds / step + 0.5) * step if step else pounds
    for scale, name in ((1e9, "billion"), (1e6, "million")):
        if abs(amount) >= scale * 0.9995:
            digits = max(0, 2 - math.floor(math.log10(abs(float(f"{amount / scale:.3g}")))))
            if step:
                digits = min(2, max(0, -math.floor(math.log10(step / scale) + 1e-9)))
            return f"£{amount / scale:,.{digits}f} {name}"
    return f"£{amount:,.0f}" if abs(amount) >= 1000 or step >= 1 else f"£{amount:,.2f}"


def percent(share: float, digits: int = 1) -> str:
    """Write a share as a percentage; one that is not nothing, or not all, says so.

    Examples
    --------
    >>> percent(0.18978), percent(0.4, 0), percent(0.001, 0), percent(0.0), percent(0.997, 0), percent(1, 0), percent(-0.034)
    ('19.0%', '40%', 'under 1%', '0.0%', 'over 99%', '100%', '−3.4%')
    """
    text, least = f"{100 * abs(share):.{digits}f}", 10.0**-digits
    if share > 0 and float(text) == 0:
        return f"under {least:.{digits}f}%"
    if share < 1 and float(text) == 100:
        return f"over {100 - least:.{digits}f}%"
    return f"{'−' if share < 0 and float(text) else ''}{text}%"


def plain(value: float) -> str:
    """Write a score or a rate: two decimals below 10, one below 100, none above.

    Examples
    --------
    >>> plain(2.951), plain(25.0), plain(135.2), plain(1240)
    ('2.95', '25.0', '135', '1,240')
    """
    return f"{value:,.{2 if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}"


def number_text(estimate: Estimate, unit: str) -> str:
    """Write an estimate's value in its unit, to the precision of its interval.

    Examples
    --------
    >>> number_text(Estimate(1034.4, 880.2, 1210.9, "modelled", ("x#y",)), "people")
    '1,030'
    """
    return _written(estimate.value, estimate, unit)


def range_text(estimate: Estimate, unit: str) -> str:
    """Write an estimate's interval; empty where there is none.

    Examples
    --------
    >>> range_text(Estimate(1034.4, 880.2, 1210.9, "modelled", ("x#y",)), "people")
    '880 to 1,210'
    """
    if estimate.lower is None or estimate.upper is None:
        return ""
    return f"{_written(estimate.lower, estimate, unit)} to {_written(estimate.upper, estimate, unit)}"


def spoken(estimate: Estimate, unit: str) -> str:
    """Write an estimate with its interval, as a finding says it.

    Examples
    --------
    >>> spoken(Estimate(142, 47, 269, "assumed", ("x#y",)), "places")
    '140 (50 to 270)'
    """
    interval = range_text(estimate, unit)
    return number_text(estimate, unit) + (f" ({interval})" if interval else "")


def _written(value: float, estimate: Estimate, unit: str) -> str:
    if unit == "share":
        return percent(value)
    if unit == "ratio":
        return f"{value:.2f}"
    if unit == "GBP":
        return money(value, _step(estimate))
    if unit in ("people", "beds", "places"):
        return count(value, _step(estimate) or 1)
    return plain(value)


def _step(estimate: Estimate) -> float:
    """Return the step of an estimate's interval; 0 without an interval, for a figure that is not to be rounded."""
    lower, upper = estimate.bounds
    return step(lower, upper) if upper > lower else 0


def ranged(value: float, lower: float, upper: float) -> str:
    """Write a count with its interval, to the precision of the interval.

    Examples
    --------
    >>> ranged(1233.8, 875.0, 1331.0), ranged(5.2, 1.0, 11.0)
    ('1,230 (880 to 1,330)', '5 (1 to 11)')
    """
    to = step(lower, upper)
    return f"{count(value, to)} ({count(lower, to)} to {count(upper, to)})"


def signed(number: float, step: float = 1) -> str:
    """Write a difference with its sign, to the nearest ``step``.

    Examples
    --------
    >>> signed(123.4), signed(-4), signed(0), signed(-253.2, 10)
    ('+123', '−4', '0', '−250')
    """
    rounded = round(number / step) * step
    return f"{rounded:+,.0f}".replace("-", "−") if rounded else "0"


def signed_range(value: float, lower: float, upper: float) -> str:
    """Write a difference with its interval, to the precision of the interval.

    Examples
    --------
    >>> signed_range(253.2, -40.6, 765.8)
    '+250 (−40 to +770)'
    """
    to = step(lower, upper)
    return f"{signed(value, to)} ({signed(lower, to)} to {signed(upper, to)})"


def quantity(value: float, unit: str) -> str:
    """Write a published figure in its unit, without rounding it further.

    Examples
    --------
    >>> [quantity(0.4, "share"), quantity(15, "percent"), quantity(85, "days"), quantity(5.6, "ratio"), quantity(589, "beds")]
    ['40%', '15%', '85 days', '5.6 times', '589 beds']
    """
    if unit in ("share", "percent"):
        return f"{100 * value if unit == 'share' else value:.4g}%"
    if unit == "ratio":
        return f"{value:.3g} times"
    if unit == "rate":
        return plain(value)
    text = f"{value:,.4g}"
    return f"{text} {plural(float(text == '1'), unit.removesuffix('s'), unit)}" if unit != "people" else count(value)


def published(value: float) -> str:
    """Write a number as published: no digit more, no digit less.

    Examples
    --------
    >>> published(80.0), published(1.535125), published(1321600000)
    ('80', '1.535125', '1,321,600,000')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def plural(number: float, one: str, many: str | None = None) -> str:
    """Choose the word that goes with a number.

    Examples
    --------
    >>> plural(1, "place"), plural(0, "place"), plural(2, "person", "people")
    ('place', 'places', 'people')
    """
    return one if number == 1 else many or one + "s"
