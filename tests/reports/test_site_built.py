"""The sites of whole editions, of the reports that the tests build: every page is reached, every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_crawl import Links, crawl

from needs.data.geography import Regions
from needs.report.site.build import build_site
from needs.run.nation import make_site


@pytest.fixture(scope="module", params=["2023-24", "example"])
def site(
    request: pytest.FixtureRequest, built: dict[tuple[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The site of an edition, made of links to the reports built."""
    out = tmp_path_factory.mktemp("site")
    (out / request.param).mkdir()
    for region in Regions.open(request.param):
        (out / request.param / region.slug).symlink_to(built[request.param, region.slug])
    return make_site(request.param, out, lambda folder: build_site(folder, "embedded"))


def test_every_page_is_reached_and_every_link_leads_somewhere(site: Path) -> None:
    reached, lost = crawl(site.resolve())
    assert lost == []
    assert set(reached) == set(site.resolve().rglob("*.html"))
    regions = [region.slug for region in Regions.open(site.parent.name)]
    assert {f"dashboard-{slug}.html" for slug in regions} <= {page.name for page in reached}
    assert {site.resolve() / "regions" / slug / "report.html" for slug in regions} <= set(reached)


def test_the_nation_is_whole_and_adds_up(site: Path) -> None:
    front = (site / "index.html").read_text(encoding="utf-8")
    assert "This site is not whole" not in front
    assert "by construction" in front
    assert len(front) < 500_000
    assert len(Links(site / "index.html").hrefs) > 5 * len(Regions.open(site.parent.name))


def test_nothing_of_single_people_is_there(site: Path) -> None:
    assert {path.suffix for path in site.rglob("*") if path.is_file()} <= {".html", ".csv", ".pdf", ".docx", ".xlsx"}
    assert not [path for path in site.rglob("*") if "private" in path.parts]
