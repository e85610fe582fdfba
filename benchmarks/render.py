"""All formats of one report: the whole way of `needs`, beside plain calls of Pandoc and Typst on the same source.

    needs    needs.report.publish.publish: compose, check the source, typeset report.html, report.pdf, summary.pdf and
             report.docx, make the page interactive, write workbook.xlsx, audit every file
    typeset  the same renderer alone, on the composed sources: report.html, report.pdf, summary.pdf and report.docx
    plain    pandoc report.qmd three times, with its own templates, and typst once: what a user would type; cross-references
             stay as they are written, pictures have no alternative text, and the PDF is not tagged

Run: ``python benchmarks/render.py FOLDER [times]`` with the folder of a finished run. The ways take turns; medians of
wall seconds.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pypandoc
import typst

from needs.report.outputs import files
from needs.report.pandoc import EmbeddedRenderer
from needs.report.publish import publish
from needs.report.workspace import TYPESET

TYPESET_FILES = [name for name in files(["html", "pdf", "docx"]) if Path(name).suffix in TYPESET]


def plain(folder: Path) -> None:
    """Typeset as a user would who types the commands."""
    pandoc = pypandoc.get_pandoc_path()
    command = [pandoc, "report.qmd", "--from=markdown", "--citeproc", "--bibliography=references.bib"]
    for options in (
        ["--standalone", "--embed-resources", "-o", "plain.html"],
        ["-o", "plain.docx"],
        ["-o", "plain.typ"],
    ):
        subprocess.run([*command, *options], cwd=folder, check=True, capture_output=True)
    typst.compile(folder / "plain.typ", output=folder / "plain.pdf", root=folder)


WAYS: dict[str, Callable[[Path], object]] = {
    "needs": lambda folder: publish(folder, renderer="embedded"),
    "typeset": lambda folder: EmbeddedRenderer().render(folder, TYPESET_FILES),
    "plain": plain,
}


def main(finished: Path, times: int = 5) -> None:
    """Time the ways in turns and print their medians as ratios to the plain one."""
    with tempfile.TemporaryDirectory() as name:
        folders = {way: Path(name) / way for way in WAYS}
        for folder in folders.values():
            shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("private"))
            publish(folder, renderer="embedded")
        took: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(times):
            for way, do in WAYS.items():
                start = time.perf_counter()
                do(folders[way])
                took[way].append(time.perf_counter() - start)
    medians = {way: statistics.median(seconds) for way, seconds in took.items()}
    for way, seconds in medians.items():
        ends = f"{min(took[way]):.2f} to {max(took[way]):.2f} s"
        print(f"{way:8} {seconds:6.2f} s   {seconds / medians['plain']:5.2f} times plain   ({ends}, {times} times)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
