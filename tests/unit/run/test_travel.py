"""What travels to a worker and back: the right files, and nothing that an archive could do to this machine."""

import io
import tarfile
from dataclasses import replace

import pytest
import tiny

from needs.errors import NeedsError, RenderError
from needs.run import pool, travel


def archive(*more, **changes):
    """Return an archive of one good file and others that are not."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for told in ({"name": "good.txt"}, *more, changes):
            member = tarfile.TarInfo()
            for name, value in told.items():
                setattr(member, name, value)
            tar.addfile(member, io.BytesIO(bytes(member.size)))
    return packed.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../out.txt"},
        {"name": "/out.txt"},
        {"name": "a/../../out.txt"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "good.txt"},
        {"name": "link", "type": tarfile.LNKTYPE, "linkname": "good.txt"},
        {"name": "pipe", "type": tarfile.FIFOTYPE},
        {"name": "device", "type": tarfile.CHRTYPE},
        {"name": "x" * 256},
        {"name": "good.txt/below.txt"},
        {"name": "a/../good.txt/below.txt"},
        {"name": "."},
    ],
)
def test_hostile_archive(tmp_path, changes):
    inside = tmp_path / "inside"
    if changes["name"].startswith("/"):  # tarfile makes it relative, which is as good
        travel.unpack(archive(**changes), inside)
    else:
        with pytest.raises(RenderError, match="what a worker sent cannot be used"):
            travel.unpack(archive(**changes), inside)
        assert not inside.exists()
    assert [path for path in tmp_path.iterdir() if path != inside] == []


def test_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(travel, "MOST", 100)
    for half in (50, 51):
        inside = tmp_path / str(half)
        content = archive({"name": "a.txt", "size": 50}, name="b.txt", size=half)
        if half == 50:
            travel.unpack(content, inside)
        else:
            with pytest.raises(RenderError, match="it unpacks to more than 100 bytes"):
                travel.unpack(content, inside)
        assert inside.exists() == (half == 50)


def test_broken_archive(tmp_path):
    good = travel.pack(tiny.REPOSITORY, ["requirements.lock"])
    for content in (b"", b"no archive", good[: len(good) // 2]):
        with pytest.raises(RenderError, match="what a worker sent cannot be used"):
            travel.unpack(content, tmp_path / "inside")


def test_landing_compares_with_the_manifest(tmp_path):
    root = tiny.project(tmp_path / "p")
    asked = tiny.request(root, root / "build")
    (outcome,) = pool.run_regions([asked], tiny.publish, 1, root)
    names = [str(path.relative_to(outcome.folder)) for path in outcome.folder.rglob("*") if path.is_file()]
    good = travel.pack(outcome.folder, names)
    (outcome.folder / "report.html").write_text("changed on the way")
    changed = travel.pack(outcome.folder, names)
    lacking = travel.pack(outcome.folder, ["report.html"])
    sent = travel.inputs(asked, root)
    travel.land(good, asked, sent)
    report = (asked.folder / "report.html").read_text()
    assert report.startswith("London")
    for content in (changed, lacking):
        with pytest.raises(NeedsError):
            travel.land(content, asked, sent)
        assert (asked.folder / "report.html").read_text() == report


def test_landing_compares_with_what_was_asked(tmp_path):
    root = tiny.project(tmp_path / "p")
    made = tiny.request(root, root / "build")
    (outcome,) = pool.run_regions([made], tiny.publish, 1, root)
    names = [str(path.relative_to(outcome.folder)) for path in outcome.folder.rglob("*") if path.is_file()]
    content = travel.pack(outcome.folder, names)
    sent = travel.inputs(made, root)
    here = replace(made, out=tmp_path / "out")
    lock = "requirements.lock"
    others = [
        (replace(here, region=replace(here.region, slug="midlands")), sent, "region"),
        (replace(here, region=replace(here.region, edition="2009-10")), sent, "edition"),
        (replace(here, parameters=here.parameters.model_copy(update={"label": "another"})), sent, "parameters"),
        (here, sent | {"notebooks/demand.ipynb": "changed"}, "notebooks/demand.ipynb"),
        (here, sent | {"data_raw/more.csv": "not read"}, "data_raw/more.csv"),
        (here, {name: digest for name, digest in sent.items() if name != lock}, lock),
    ]
    for asked, told, what in others:
        with pytest.raises(RenderError, match="came back otherwise than it was asked") as caught:
            travel.land(content, asked, told)
        assert [problem.what for problem in caught.value.problems] == [what]
        assert not asked.folder.exists()
    travel.land(content, here, sent)
    assert here.folder.exists()


def test_broken_parcel_is_not_kept(tmp_path):
    asked = tiny.request(tiny.REPOSITORY, tmp_path)
    travel.keep(b"no archive", asked)
    assert list(tmp_path.iterdir()) == []


def test_place_is_seen_by_its_token_and_its_inputs(tmp_path):
    root = tiny.project(tmp_path / "p")
    asked = tiny.request(root, tmp_path / "out")
    with travel.token(asked.out) as token:
        place = travel.Place(root, asked.out, token, travel.inputs(asked, root))
        assert place.seen()
        assert not travel.Place(root, root, token, place.inputs).seen()
        (root / "notebooks" / "demand.ipynb").write_text("{}")
        assert not place.seen()
    assert not travel.Place(root, asked.out, token, {}).seen()
