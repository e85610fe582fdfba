"""A brand on its way through a run: checked before it starts, kept in its folder, counted among its inputs."""

import json

import pytest
import tiny

from needs.data.geography import find_region
from needs.errors import ParamsError
from needs.run import plan
from needs.run.asking import ask
from needs.run.manifest import trace

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project with a logo."""
    root = tiny.project(tmp_path_factory.mktemp("project"))
    (root / "params" / "logo.svg").write_text(LOGO, encoding="utf-8")
    return root


def brand(root, text):
    (root / "params" / "branding.yaml").write_text(text, encoding="utf-8")


def test_a_run_keeps_what_it_was_told_and_the_logo(root, tmp_path, monkeypatch):
    monkeypatch.setattr(plan, "NOTEBOOKS", ("demand",))
    brand(root, "organisation: Ash Trust\nlogo: {file: logo.svg, alt: Logo of Ash}\n")
    folder = plan.run_region(tiny.request(root, tmp_path), tiny.publish, root)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert about["branding"]["organisation"] == "Ash Trust"
    assert about["branding"]["colours"] == {"primary": "#12436d", "accent": "#28a197"}
    assert (folder / "branding" / "logo.svg").read_text(encoding="utf-8") == LOGO
    record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"params/branding.yaml", "params/logo.svg"} <= set(record["inputs"])
    assert "branding/logo.svg" in record["outputs"]


def test_origin_follows_the_file_and_the_logo(root):
    brand(root, "logo: {file: logo.svg, alt: Logo of Ash}\n")
    first = trace("2023-24", "london", {}, root).inputs
    (root / "params" / "logo.svg").write_text(LOGO.replace("9", "8"), encoding="utf-8")
    second = trace("2023-24", "london", {}, root).inputs
    assert {name for name in first if first[name] != second[name]} == {"params/logo.svg"}
    brand(root, "logo: {file: logo.svg, alt: Another}\n")
    third = trace("2023-24", "london", {}, root).inputs
    assert {name for name in first if second[name] != third[name]} == {"params/branding.yaml"}
    brand(root, "logo: 5\n")
    assert "params/logo.svg" not in trace("2023-24", "london", {}, root).inputs


def test_what_cannot_be_used_stops_a_run_before_it_starts_beside_other_problems(root, tmp_path):
    brand(root, 'colours: {primary: "#ffcc00"}\n')
    london = find_region("london", "2023-24", root)
    with pytest.raises(ParamsError, match=r"params/branding.yaml cannot be used: 1 problem\n  line 1  colours.primary"):
        ask([london], ("html",), "embedded", tmp_path, root=root)
    region = root / "params" / "2023-24" / "london.yaml"
    region.write_text("horizon: 5\n", encoding="utf-8")
    with pytest.raises(ParamsError) as caught:
        ask([london], ("html",), "embedded", tmp_path, root=root)
    assert "params/2023-24/london.yaml" in str(caught.value)
    assert "params/branding.yaml" in str(caught.value)
    region.unlink()
    brand(root, "")
    assert len(ask([london], ("html",), "embedded", tmp_path, root=root)) == 1
