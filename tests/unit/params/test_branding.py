"""``params/branding.yaml``: what is read, what is refused with its line, and a logo that can only be looked at."""

import re
import shutil
import struct
import zlib
from pathlib import Path

import pytest

from needs.errors import ParamsError
from needs.params.branding import Branding, branding_files, keep_logo, load_branding
from needs.params.colour import WHITE, contrast
from needs.params.model import walk
from needs.project import project_root

PLAIN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}<rect width="9" height="9" fill="#12436d"/></svg>'
FULL = """
organisation: Ash Trust
colours:
  primary: "#801650"
contact:
  name: Data team
  email: data@example.org
  phone: "01632 960 000"
logo:
  file: logo.svg
  alt: Logo of Ash Trust
foreword:
  text: |
    One.

    Two.
  name: Alex
  role: Chair
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "params").mkdir()
    return tmp_path


def write(root: Path, text: str) -> None:
    (root / "params" / "branding.yaml").write_text(text, encoding="utf-8")


def refused(root: Path, text: str) -> str:
    write(root, text)
    with pytest.raises(ParamsError) as caught:
        load_branding(root)
    assert caught.value.exit_code == 10
    return str(caught.value)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bitmap(width: int = 3, height: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    dots = zlib.compress((b"\0" + b"\x40" * 9) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def test_without_a_file_with_an_empty_one_and_as_shipped_the_look_is_plain(root):
    assert load_branding(root) == Branding()
    for text in ("", "# organisation: x\n", "colours: {}\n"):
        write(root, text)
        assert load_branding(root) == Branding()
    shutil.copy(project_root() / "params" / "branding.yaml", root / "params")
    assert load_branding(root) == Branding()


def test_the_shipped_file_becomes_a_brand_when_its_comments_go(root):
    text = (project_root() / "params" / "branding.yaml").read_text(encoding="utf-8").partition("\n\n")[2]
    (root / "params" / "logo.svg").write_text(PLAIN.format(""), encoding="utf-8")
    write(root, re.sub(r"^# ?", "", text, flags=re.MULTILINE))
    told = load_branding(root)
    assert all(getattr(told, name) for name in Branding.model_fields)
    assert told.colours == Branding().colours


def test_everything_told_is_read_and_survives_its_json(root):
    write(root, FULL)
    (root / "params" / "logo.svg").write_text(PLAIN.format(""), encoding="utf-8")
    told = load_branding(root)
    assert (told.organisation, told.colours.primary, told.colours.accent) == ("Ash Trust", "#801650", "#28a197")
    assert told.foreword is not None
    assert told.foreword.text.split("\n\n") == ["One.", "Two."]
    assert Branding.model_validate(told.model_dump(mode="json")) == told
    keep_logo(told, root, root)
    assert (root / "branding" / "logo.svg").read_bytes() == (root / "params" / "logo.svg").read_bytes()
    assert [path.name for path in branding_files(root)] == ["branding.yaml", "logo.svg"]


def test_every_problem_is_told_at_once_with_its_line(root):
    told = refused(
        root,
        'organization: x\ncolours:\n  primary: "#ff9900"\n  acent: red\ncontact: {email: bad}\nlogo: {file: no.svg}\n',
    )
    for said in (
        "6 problems",
        "line 1  organization: not a parameter. Did you mean 'organisation'?",
        "line 3  colours.primary: #ff9900 has a contrast of 2.14 with white; text needs 4.5. The nearest colour that passes is",
        "line 4  colours.acent: not a parameter. Did you mean 'accent'?",
        "line 5  contact.email: bad is no e-mail address",
        "line 6  logo.alt: missing",
        "line 6  logo.file: there is no params/no.svg",
        "docs/branding.md",
    ):
        assert said in told


def test_a_name_without_a_value_is_told_and_an_unknown_one_as_unknown(root):
    told = refused(
        root, "organisation:\ncolours:\n  primary: #ff9900\n  acent:\nlogo: {file: , alt: }\nforewrd:\ncontact:\n"
    )
    for said in (
        "7 problems",
        "line 1  organisation: has no value",
        "line 3  colours.primary: has no value; put a colour in quotes",
        "line 4  colours.acent: not a parameter. Did you mean 'accent'?",
        "line 5  logo.alt: has no value",
        "line 5  logo.file: has no value",
        "line 6  forewrd: not a parameter. Did you mean 'foreword'?",
        "line 7  contact: has no value",
    ):
        assert said in told


def test_a_file_nested_thousands_deep_is_a_problem(root):
    assert "nested too deep" in refused(root, "organisation: " + "[" * 3000 + "]" * 3000)


@pytest.mark.parametrize("words", ["{{< meta x >}}", "see @sec-need", "@fig-x", "?meta:title", "src-ons?"])
def test_words_that_look_like_references_are_refused_before_a_run(root, words):
    for text in (
        f"\norganisation: '{words}'",
        f"contact:\n  name: '{words}'",
        f"foreword:\n  text: 'We plan. {words}'",
        f"foreword: {{text: a,\n  role: '{words}'}}",
    ):
        told = refused(root, text)
        assert "line 2  " in told
        assert "looks like a reference" in told


@pytest.mark.parametrize("odd", ["?", "&", "%", "{", "}", "`", " "])
def test_an_address_holds_no_sign_that_a_link_or_a_page_reads(root, odd):
    for address in (f"a{odd}b@example.org", f"ab@exam{odd}ple.org"):
        assert "is no e-mail address" in refused(root, f'contact: {{email: "{address}"}}')


@pytest.mark.parametrize("unseen", ["\\u200b", "\\u202e", "\\u2028", "\\u2029", "\\a", "\\u00ad", "\\u0085"])
def test_characters_that_cannot_be_seen_are_refused_on_a_line(root, unseen):
    for text in (f'organisation: "A{unseen}sh"', f'contact: {{name: "A{unseen}sh"}}', f'logo: {{alt: "A{unseen}sh"}}'):
        assert "a character that cannot be seen" in refused(root, text)


@pytest.mark.parametrize(("name", "least"), [("primary", 4.5), ("accent", 3.0)])
def test_the_colour_that_a_message_names_is_taken(root, name, least):
    told = refused(root, f'colours: {{{name}: "#ffcc00"}}\n')
    named = re.search(r"passes is '(#[0-9a-f]{6})'", told)
    assert named is not None
    assert contrast(named[1], WHITE) >= least
    write(root, f"colours: {{{name}: '{named[1]}'}}\n")
    assert getattr(load_branding(root).colours, name) == named[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colours: {primary: red}", "red is no colour"),
        ('colours: {primary: "#12345"}', "is no colour"),
        ('organisation: "two\\nlines"', "on one line"),
        ('contact: {phone: "call me"}', "is no telephone number"),
        ("contact: {phone: 5}", "is not text; put it in quotes"),
        ("organisation: a\norganisation: b", "duplicate key"),
        ("- a\n", "no `name: value` pairs"),
        ("foreword: {name: Alex}", "foreword.text: missing"),
        ("foreword: [a]", "foreword"),
        ("logo: logo.svg", "logo"),
        ("logo: {file: 5, alt: Logo}", "logo.file"),
    ],
)
def test_what_cannot_be_used_is_refused(root, text, told):
    assert told in refused(root, text)


@pytest.mark.parametrize(
    "name", ["../secret.svg", "/etc/passwd", "a/../../x.svg", "C:\\x.svg", "a\\b.svg", "link.svg", "in/x.png"]
)
def test_a_logo_outside_params_is_refused(root, name):
    (root / "secret.svg").write_text(PLAIN.format(""), encoding="utf-8")
    (root / "x.png").write_bytes(bitmap())
    (root / "params" / "link.svg").symlink_to(root / "secret.svg")
    (root / "params" / "in").symlink_to(root, target_is_directory=True)
    assert "is not a path inside params/" in refused(root, f"logo: {{file: '{name}', alt: Logo}}")


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>1</script>", "holds <script>"),
        ("<foreignObject/>", "holds <foreignObject>"),
        ('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>', "holds <script>"),
        ('<image href="https://example.org/a.png"/>', "holds <image>"),
        ('<use href="https://example.org/a.svg#b"/>', "outside itself"),
        ('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="other.svg#b"/>', "outside itself"),
        ('<a href="javascript:alert(1)"><title>t</title></a>', "outside itself"),
        ('<path onclick="alert(1)"/>', "holds onclick, which is a script"),
        ('<path style="fill: url(https://example.org/a)"/>', "outside itself in style"),
        ("<style>@import 'a.css';</style>", "outside itself in its style"),
        ("<style>a { background: url(http://example.org) }</style>", "outside itself in its style"),
        ("<set attributeName='href' to='x'/>", "holds <set>"),
        ("<path>", "cannot be read as SVG"),
        (
            '<g id="a"><path/></g><g id="b"><use href="#a"/></g><use href="#b"/>',
            "uses #b again, which holds <use> itself",
        ),
        ('<use id="a" href="#a"/>', "uses #a again, which holds <use> itself"),
        ('<g id="a">' + "<path/>" * 100 + "</g>" + "<use href='#a'/>" * 100, "draws 10,303 elements; up to 10,000"),
        ("<g/>" * 10_000, "draws 10,002 elements; up to 10,000"),
    ],
)
def test_a_drawing_that_could_do_more_than_be_seen_is_refused(root, inside, told):
    (root / "params" / "a.svg").write_text(PLAIN.format(inside), encoding="utf-8")
    assert told in refused(root, "logo: {file: a.svg, alt: Logo}")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "DOCTYPE"),
        ("a.svg", b'<?xml-stylesheet href="a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>', "outside style"),
        ("a.svg", b"<html/>", "is not an SVG picture"),
        ("a.svg", b"\xff\xfe<svg/>", "is not UTF-8"),
        ("a.svg", b" " * 200_001, "has 200,001 bytes; up to 200,000 are allowed"),
        ("a.png", b"GIF89a" + b" " * 30, "does not begin as a PNG does"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "does not begin as a PNG does"),
        ("a.png", bitmap(50_000, 50_000), "dots"),
        ("a.png", bitmap()[:20], "does not begin as a PNG does"),
        ("a.png", bitmap()[:30], "is not a whole PNG"),
        ("a.png", bitmap()[:-20], "is not a whole PNG"),
        ("a.png", bitmap().replace(b"IDAT", b"IDAX"), "is not a whole PNG"),
        ("a.jpg", b"", "is neither .svg nor .png"),
    ],
)
def test_a_file_that_is_no_logo_is_refused(root, name, data, told):
    (root / "params" / name).write_bytes(data)
    assert told in refused(root, f"logo: {{file: {name}, alt: Logo}}")


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="a"/></defs><path style="fill: url(#a)"/>',
        '<g id="b"/><use href="#b"/>',
        '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>',
    ],
)
def test_a_harmless_drawing_is_taken(root, inside):
    (root / "params" / "marks").mkdir()
    (root / "params" / "marks" / "a.SVG").write_text(PLAIN.format(inside), encoding="utf-8")
    write(root, "logo: {file: marks/a.SVG, alt: Logo}")
    assert load_branding(root).logo is not None
    (root / "params" / "b.png").write_bytes(bitmap())
    write(root, "logo: {file: b.png, alt: Logo}")
    keep_logo(load_branding(root), root, root)
    assert (root / "branding" / "logo.png").is_file()


def test_the_page_explains_every_name():
    page = (project_root() / "docs" / "branding.md").read_text(encoding="utf-8")
    names = [name for name, _, _ in walk(Branding)]
    assert len(names) > 12
    assert [name for name in names if f"`{name}`" not in page] == []
