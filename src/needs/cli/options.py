"""Options under headings, and a size of memory: what Click leaves to its users."""

from __future__ import annotations

import re
from typing import Any

import click

__all__ = ["HeadedCommand", "HeadedOption", "Number", "Whole", "size", "trust"]

SMALLEST = 10**6
"""Bytes under which nothing can run, so that a unit was forgotten."""


class HeadedOption(click.Option):
    """An option that stands under a heading of the help.

    Parameters
    ----------
    heading : str
        Heading.
    """

    def __init__(self, *names: Any, heading: str, **rest: Any) -> None:
        super().__init__(*names, **rest)
        self.heading = heading


class HeadedCommand(click.Command):
    """A command whose help has a list of options for each heading; one without a heading joins the last list.

    Examples
    --------
    >>> options = [HeadedOption(["--jobs"], heading="How", help="Regions at a time.")]
    >>> command = HeadedCommand("run", params=options, add_help_option=False)
    >>> print(command.get_help(click.Context(command, info_name="run")))
    Usage: run [OPTIONS]
    <BLANKLINE>
    How:
      --jobs TEXT  Regions at a time.
    """

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, list by list, their texts in one column."""
        lists: dict[str, list[tuple[str, str]]] = {}
        heading = "Options"
        for parameter in self.get_params(ctx):
            heading = getattr(parameter, "heading", heading)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)):
                lists.setdefault(heading, []).append(record)
        widest = max(len(name) for records in lists.values() for name, _ in records)
        for title, records in lists.items():
            with formatter.section(title):
                formatter.write_dl([(f"{name:{widest}}", text) for name, text in records], col_max=widest + 2)


class Number(click.FloatRange):
    """A number within limits; what is none is told so in plain words.

    Examples
    --------
    >>> Number(min=0).name
    'number'
    """

    name = "number"


class Whole(click.IntRange):
    """A whole number within limits; what is none is told so in plain words.

    Examples
    --------
    >>> Whole(min=1).name
    'whole number'
    """

    name = "whole number"


trust = click.option("--trust", is_flag=True, help="Run programs from outside the project as well.")
"""For commands that run programs of a project; those of :mod:`needs.cli.run` stand under headings."""


def size(text: str) -> int:
    """Return the bytes of a size of memory that is said with a unit.

    Raises
    ------
    click.BadParameter
        If it is no size, or so small that its unit was forgotten.

    Examples
    --------
    >>> size("2GB"), size("1.5 GiB")
    (2000000000, 1610612736)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?(?:([KMGT])(I?)B?|B?)", text.strip().upper())
    if not found:
        raise click.BadParameter(f"{text!r} is not a size, such as 2GB or 800MB")
    number, unit, binary = found.groups()
    bytes_ = int(float(number) * (1024 if binary else 1000) ** (" KMGT".index(unit) if unit else 0))
    if bytes_ < SMALLEST:
        raise click.BadParameter(f"{text!r} is too small to run anything; say for example 2GB")
    return bytes_
