"""What all ways of running notebooks are given: a copy of the project, the regions, and each one's parameters in a file.

The copy has the draws that were asked for among the edition's own parameters, as if it had come so.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PARTS = ("data_raw", "params", "notebooks", "reports", "requirements.lock", "pyproject.toml")
AT_A_TIME = 2


@dataclass(frozen=True)
class Job:
    """Notebooks of regions.

    Parameters
    ----------
    root, out, parameters : str
        Copy of the project, folder for results, folder with ``<region>.json``.
    edition : str
        Edition of the regions.
    regions, notebooks, scenarios : list of str
        Slugs; names; scenarios as the command takes them, all without any.
    """

    root: str
    out: str
    parameters: str
    edition: str
    regions: list[str]
    notebooks: list[str]
    scenarios: list[str]

    def save(self, file: Path) -> Path:
        """Write it for a way that is another program."""
        file.write_text(json.dumps(asdict(self)))
        return file

    @classmethod
    def open(cls, file: Path) -> Job:
        """Read it."""
        return cls(**json.loads(file.read_text()))


def copied(to: Path, edition: str, changes: Mapping[str, str]) -> Path:
    """Copy the project to a folder, with lines put under blocks of the edition's parameters, such as flow."""
    for part in PARTS:
        source = REPOSITORY / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, to / part)
    defaults = to / "params" / edition / "_edition.yaml"
    text = defaults.read_text()
    for block, line in changes.items():
        text, found = re.subn(rf"^{block}:\n", f"{block}:\n  {line}\n", text, flags=re.MULTILINE)
        text += "" if found else f"\n{block}:\n  {line}\n"
    defaults.write_text(text)
    return to


def prepared(scratch: Path, edition: str, regions: int, draws: int, scenarios: Sequence[str]) -> Job:
    """Copy the project and write each region's parameters."""
    from needs.data.geography import Regions
    from needs.params.load import load
    from needs.run.plan import NOTEBOOKS

    root = copied(scratch / "project", edition, {"flow": f"parameter_draws: {draws}"})
    slugs = [region.slug for region in Regions.open(edition, root)][:regions]
    parameters = scratch / "parameters"
    parameters.mkdir()
    chosen = () if list(scenarios) == ["none"] else scenarios or None
    for slug in slugs:
        (parameters / f"{slug}.json").write_text(load(edition, slug, root, chosen).canonical_json())
    out = str(scratch / "out")
    return Job(str(root), out, str(parameters), edition, slugs, list(NOTEBOOKS), list(scenarios))
