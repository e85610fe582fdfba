"""What travels to a worker and back: the right files, and nothing that an archive could do to this machine."""

import io
import tarfile

import pytest
import tiny

from needs.errors import NeedsError, RenderError
from needs.run import pool, travel


def archive(**changes):
    """Return an archive of one good file and one that is not."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for told in ({"name": "good.txt"}, changes):
            member = tarfile.TarInfo()
            for name, value in told.items():
                setattr(member, name, value)
            tar.addfile(member)
    return packed.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "../out.txt"},
        {"name": "/tmp/out.txt"},
        {"name": "a/../../out.txt"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "good.txt"},
        {"name": "link", "type": tarfile.LNKTYPE, "linkname": "good.txt"},
        {"name": "pipe", "type": tarfile.FIFOTYPE},
        {"name": "device", "type": tarfile.CHRTYPE},
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
    travel.land(good, asked)
    report = (asked.folder / "report.html").read_text()
    assert report.startswith("London")
    for content in (changed, lacking):
        with pytest.raises(NeedsError):
            travel.land(content, asked)
        assert (asked.folder / "report.html").read_text() == report


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
