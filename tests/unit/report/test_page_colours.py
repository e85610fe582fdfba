"""The colours that a page lays on one another are those that a browser would show."""

from __future__ import annotations

import pytest

from needs.project import project_root
from needs.report.audit.page_colours import page_pairs


@pytest.mark.parametrize(
    ("style", "body", "told"),
    [
        ("p{color:#767676}", "<p>x</p>", ("#767676", "#ffffff", "p")),
        ("body{background:#eee;color:#333}", "<p>x</p>", ("#333333", "#eeeeee", "body")),
        (".a{background:black} .a p{color:white}", '<div class="a"><p>x</p></div>', ("#ffffff", "#000000", ".a p")),
        ("p{color:#111} .a p{color:#222}", '<div class="a"><p>x</p></div>', ("#222222", "#ffffff", ".a p")),
        (".a p{color:#222} p{color:#111}", '<div class="a"><p>x</p></div>', ("#222222", "#ffffff", ".a p")),
        ("#b{color:#222} .a{color:#111}", '<p id="b" class="a">x</p>', ("#222222", "#ffffff", "#b")),
        (":root{--c:#123} p{color:var(--c)}", "<p>x</p>", ("#112233", "#ffffff", "p")),
        (":root{--c:#123} :root{--c:#456} p{color:var(--c, red)}", "<p>x</p>", ("#445566", "#ffffff", "p")),
        ("@media (min-width:9em){p{color:#123}}", "<p>x</p>", ("#112233", "#ffffff", "p")),
        ("p{color:#123} @media print{p{color:#eee}}", "<p>x</p>", ("#112233", "#ffffff", "p")),
        ("p{color:#123} @media (forced-colors: active){p{color:#eee}}", "<p>x</p>", ("#112233", "#ffffff", "p")),
        ("div > p + p{color:#123}", "<div><p>x</p></div>", ("#112233", "#ffffff", "div > p + p")),
        ("p{color:rgba(1,2,3,.5)}", "<p>x</p>", ("#000000", "#ffffff", "page")),
        (".tip{background:#000;color:#333}", "<p>x</p>", ("#333333", "#000000", ".tip")),
    ],
)
def test_what_is_shown(style: str, body: str, told: tuple[str, str, str]) -> None:
    pairs = page_pairs(f"<html><head><style>{style}</style></head><body>{body}</body></html>")
    assert told in [(pair.fore, pair.back, pair.where) for pair in pairs]
    assert not [pair for pair in pairs if pair.fore == "#eeeeee"], "paper is another page"


def test_a_state_is_seen_where_it_can_be() -> None:
    style = ".a{background:#12436d;color:#fff} a:hover{color:#12436d}"
    found = page_pairs(f'<style>{style}</style><body><p class="a">x <a>y</a></p></body>')
    assert [(pair.where, pair.ratio) for pair in found if not pair.enough] == [("a:hover", 1.0)]


def test_the_theme_of_reports_passes() -> None:
    style = (project_root() / "reports" / "theme" / "report.css").read_text(encoding="utf-8")
    page = '<header class="title-block"><h1>T</h1><p class="subtitle">s</p></header><main><h2>x</h2><p>y <a>z</a></p></main>'
    pairs = page_pairs(f"<html><head><style>{style}</style></head><body>{page}</body></html>")
    assert ("#ffffff", "#12436d") in [(pair.fore, pair.back) for pair in pairs]
    assert [pair for pair in pairs if not pair.enough] == []
