"""Chance is explicit: where each stream of draws comes from, and what two regions have in common."""

import ast
import json
import re

import nbformat
import numpy as np
import pytest
import tiny

from needs.data import demand as told_demand
from needs.data import pathways as told_flow
from needs.data.inputs import Inputs
from needs.methods import cascade, demand
from needs.methods.flow_journal import journal
from needs.methods.flow_told import made_up
from needs.methods.pathways import calibrate
from needs.params.load import load
from needs.run import lane
from needs.run.notebook import execute

LONDON, MIDLANDS, BEFORE = ("2023-24", "london"), ("2023-24", "midlands"), ("2009-10", "london")
DRAWS = re.compile(r"Philox\(key=\[(\d+), ")
SEEDED = {"default_rng", "Generator", "Philox"}


def inputs(place):
    return Inputs.open(load(*place).canonical_json())


def numbers(*columns):
    """Return what some columns hold, but for what is missing and what stands at the start."""
    values = np.concatenate([np.asarray(column, float).ravel() for column in columns])
    return set(values[np.isfinite(values) & (values != 0)].tolist())


def chance(place):
    """Return every time of one network, and its drawn parameters, as the streams of a place make them."""
    seed = told_flow.how(inputs(place))["seed"]
    ways = calibrate(*made_up(), years=2, parameter_draws=20, seed=seed)
    times = journal(ways.network, seed)
    return numbers(*(times[name] for name in ("referred", "accepted", "admitted", "ready", "left"))), ways


@pytest.mark.parametrize("other", [MIDLANDS, BEFORE])
def test_two_places_share_no_chance_of_the_flow(other):
    """The same network, drawn as two regions or editions draw it, has no time of any patient in common."""
    (ours, _), (theirs, _) = chance(LONDON), chance(other)
    assert len(ours) > 100
    assert ours & theirs == set()


def test_the_same_place_draws_the_same_again():
    """Options are weighed on the same patients, and a rerun gives the same figures."""
    (ours, ways), (theirs, again) = chance(LONDON), chance(LONDON)
    assert ours == theirs
    assert (ways.leaving == again.leaving).all()


def test_seed_is_what_the_times_of_patients_rest_on():
    network = calibrate(*made_up(), years=2, parameter_draws=20).network
    ours, theirs = (numbers(journal(network, seed)["left"]) for seed in (1, 2))
    assert len(ours) > 20
    assert ours & theirs == set()


def test_demand_is_drawn_for_england_once_and_each_region_has_its_own_part():
    """Every report draws the same England, so that regions add up; no region's part of it is another's."""
    found = []
    for place in (LONDON, MIDLANDS):
        asked = inputs(place)
        places, known = told_demand.places(asked)
        how = told_demand.how(asked) | {"draws": 200}
        anchors = cascade.Anchors(**told_demand.england(asked))
        found.append(demand.assess(anchors, cascade.Places.of(**places), known, **how))
    one, other = found
    assert one.areas == other.areas
    assert (one.means.secure == other.means.secure).all()
    parts = [numbers(one.means.rows[:, :, at]) for at in range(len(one.areas))]
    assert all(parts[a] & parts[b] == set() for a in range(len(parts)) for b in range(a))


def test_every_stream_of_a_method_has_a_number_of_its_own():
    found = [key for path in sources() for key in DRAWS.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 5
    assert len(set(found)) == len(found)


def sources():
    return [p for room in ("methods", "present", "data") for p in (tiny.REPOSITORY / "src/needs" / room).rglob("*.py")]


def drawn(code):
    """Return calls that draw from a generator that nobody passed or seeded."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            bare = re.fullmatch(r"((np|numpy)\.)?random\.(\w+)", name)
            if (bare and bare[3] not in SEEDED) or (name.endswith("default_rng") and not node.args):
                yield name


def test_nothing_draws_from_the_generators_of_the_process():
    known = "np.random.normal(); default_rng(); np.random.default_rng([1]); random.random(); rng.random()"
    assert list(drawn(known)) == ["np.random.normal", "default_rng", "random.random"]
    cells = [
        cell.source
        for path in sorted((tiny.REPOSITORY / "notebooks").glob("*.ipynb"))
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]
    assert len(cells) > 100
    texts = [path.read_text(encoding="utf-8") for path in sources()] + cells
    assert [name for text in texts for name in drawn(text)] == []


GLOBAL = "import random\nimport numpy as np\nprint([random.random(), *np.random.random(3).tolist()])"


@pytest.mark.skipif(not lane.available(), reason="there is no fork here")
def test_notebooks_of_two_regions_that_draw_from_the_generators_of_their_process_share_no_draw(tmp_path):
    """A fork copies them: without seeding anew every notebook would draw the same numbers."""
    root = tmp_path / "p"
    path = tiny.write_notebook(root / "notebooks" / "drawing.ipynb", {"drawn": GLOBAL})
    told = []
    for region in ("london", "midlands", "london"):
        ran = execute(path, json.dumps({"region": region}), root=root, kept=tmp_path / "kept", engine="fork")
        told += json.loads(ran.notebook.cells[-1].outputs[0]["text"])
    assert len(told) == 12
    assert len(set(told)) == 12
