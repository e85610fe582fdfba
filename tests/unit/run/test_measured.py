"""Figures measured from own data: the same list whether parameters come from files or from a manifest."""

from needs.params.load import load
from needs.params.model import RunParameters
from needs.project import project_root
from needs.run.measured import measure, replaced


def test_a_manifest_tells_the_same_list_as_the_files():
    told = load("example", "eastvale")
    told = load("example", "eastvale", measured=measure(told, project_root()))
    found = replaced(told, project_root())
    assert len(found) > 10
    assert replaced(RunParameters.from_json(told.canonical_json()), project_root()) == found
