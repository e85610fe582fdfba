"""The user's own boundary file, used in place of the tile map.

Any GeoJSON or GeoPackage of the ONS Open Geography Portal will do whose code column holds the
regions, whatever its vintage calls them (``NHSER24CD``, ``NHSER21CD``, ``SHA11CD``) and however
fine its areas are: areas with the same region code become one shape.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from needs.data.files import boundary_files
from needs.data.footprints import with_boards
from needs.data.geography import Regions
from needs.errors import DataError, Problem
from needs.project import EDITIONS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["read_boundaries"]

BRITISH_GRID = "EPSG:27700"


def read_boundaries(regions: Regions) -> GeoDataFrame | None:
    """Read the first file of ``data_raw/boundaries`` that covers an edition; one of another edition is left to it.

    Parameters
    ----------
    regions : Regions
        Regions to cover, which know their project folder.

    Returns
    -------
    GeoDataFrame or None
        One valid shape a region on the British grid (EPSG:27700), indexed by slug in the
        edition's order; ``attrs["vintage"]`` is the year of its codes. None where there is no
        file for this edition.

    Raises
    ------
    DataError
        If a file is unreadable, or covers no edition; it names the missing regions.

    Examples
    --------
    >>> shapes = read_boundaries(Regions.open("2023-24"))
    >>> shapes is None or len(shapes) == 7
    True
    """
    others = [with_boards(Regions.open(edition, regions.root)) for edition in EDITIONS if edition != regions.edition]
    for path in boundary_files(regions.root / "data_raw" / "boundaries"):
        shapes = _read(path)
        column, missing = _best_column(shapes, regions)
        if not missing:
            return _shapes(shapes, column, regions)
        if all(_best_column(shapes, other)[1] for other in others):
            raise DataError(
                f"data_raw/boundaries/{path.name} does not cover edition {regions.edition}",
                [Problem("", f"no shape for {name}") for name in missing],
                "put a file with these regions there, or remove it to use the tile map",
            )
    return None


def _read(path: Path) -> GeoDataFrame:
    import geopandas as gpd

    try:
        shapes = gpd.read_file(path)
    except Exception as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = "download it again as GeoJSON or GeoPackage, or remove it to use the tile map"
        raise DataError(f"data_raw/boundaries/{path.name} cannot be read", [problem], remedy) from error
    if getattr(shapes, "crs", None) is None:
        remedy = "save it again with its coordinate system, or remove it to use the tile map"
        raise DataError(f"data_raw/boundaries/{path.name} has no coordinate system", remedy=remedy)
    return shapes


def _best_column(shapes: GeoDataFrame, regions: Regions) -> tuple[str, list[str]]:
    """Return the column that names most regions by a code, and the regions it misses."""
    names = {region.slug: region.name for region in regions}
    best, missing = "", list(names.values())
    for column in shapes.columns.drop(shapes.geometry.name):
        there = {regions.codes.get(code) for code in shapes.loc[~shapes.geometry.isna(), column].astype(str)}
        lost = [name for slug, name in names.items() if slug not in there]
        if len(lost) < len(missing):
            best, missing = column, lost
    return best, missing


def _shapes(shapes: GeoDataFrame, column: str, regions: Regions) -> GeoDataFrame:
    slugs = shapes[column].astype(str).map(regions.codes).rename("slug")
    clean = shapes[["geometry"]] if shapes.geometry.name == "geometry" else shapes.geometry.to_frame("geometry")
    clean = clean.assign(geometry=clean.geometry.make_valid(), slug=slugs).dropna(subset=["slug"])
    whole = clean.dissolve(by="slug").loc[[region.slug for region in regions]]
    whole = whole.to_crs(BRITISH_GRID)
    year = re.search(r"\d\d", column)
    whole.attrs["vintage"] = f"20{year[0]}" if year else "year not stated"
    return whole
