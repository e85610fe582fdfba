"""The fast lane gives what Jupyter's own engine gives, byte for byte: every notebook, own data included."""

import pytest

from needs.data.geography import find_region
from needs.params.load import load
from needs.project import project_root
from needs.run import lane
from needs.run.measured import measure
from needs.run.plan import How, Request, run_region

ONE = ("step-down-40",)


def asked(out, engine):
    """One region with own data, few draws and one option."""
    region = find_region("eastvale", "example")
    told = load(region.edition, region.slug, scenarios=ONE)
    told = load(region.edition, region.slug, scenarios=ONE, measured=measure(told, project_root()))
    told = told.model_copy(update={"flow": told.flow.model_copy(update={"parameter_draws": 40})})
    return Request(region, told, (), "embedded", out, How(engine=engine))


def composed_nowhere(_folder, _formats, _renderer):
    return {"renderer": "embedded"}


def made(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(not lane.available(), reason="there is no fork here")
def test_both_engines_give_the_same_bytes(tmp_path):
    one, other = (made(run_region(asked(tmp_path / name, name), composed_nowhere)) for name in ("fork", "jupyter"))
    assert len(one) > 200
    assert sorted(one) == sorted(other)
    assert [name for name, content in one.items() if content != other[name]] == []
