"""Draw one person's way through services into the private folder of a region's run."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from needs.data.whole import whole
from needs.errors import DataError
from needs.run.plan import PRIVATE

if TYPE_CHECKING:
    from needs.data.geography import Region

__all__ = ["person"]


def person(key: str, region: Region, out: Path, root: Path) -> str:
    """Write the pictures of one person; nothing that is said shows the key.

    Parameters
    ----------
    key : str
        Key of the person in the region's own data.
    region : Region
        Region or footprint.
    out : Path
        Output folder; files go to ``<out>/<edition>/<slug>/private``, which no report takes anything from. The next run of
        the region makes that folder again without them.
    root : Path
        Project folder.

    Returns
    -------
    str
        What was written.

    Raises
    ------
    DataError
        If the region has no own data, or nobody in them has the key.

    Notes
    -----
    The name of the file is the beginning of the SHA-256 of the key: the same each time, and not the key.
    """
    from needs.data.geography import Regions
    from needs.data.inputs import Inputs
    from needs.data.service import read
    from needs.data.snapshot import Evidence
    from needs.methods.service.linking import link
    from needs.methods.service.progress import progress
    from needs.params.load import load
    from needs.present import stamp
    from needs.present.charts.progress import progress as drawn

    regions = Regions.open(region.edition, root)
    inputs = Inputs(load(region.edition, region.slug, root), Evidence(regions), regions)
    if inputs.parameters.service.folder is None:
        raise DataError(f"{region.name} has no service data of its own", [], "needs data add")
    own = read(inputs)
    try:
        found = progress(own, link(own["stays"], own.since, own.until), key)
    except KeyError:
        raise DataError(
            f"nobody in the stays of {region.name} that are used has this key", [], "look at the stays"
        ) from None
    image = drawn(found)
    if own.rests_on("stays").kind == "synthetic":
        image = stamp.stamped(image)
    folder = out / region.edition / region.slug / PRIVATE
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"person-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    for suffix, content in ((".svg", image.svg.encode()), (".png", image.png)):
        with whole(file.with_suffix(suffix)) as part:
            part.write_bytes(content)
    return f"{file.as_posix()}.svg and .png: private, one person's record; not for the report"
