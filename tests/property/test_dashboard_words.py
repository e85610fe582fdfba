"""What the dashboard says of itself is true of any figures."""

import re

from hypothesis import given
from hypothesis import strategies as st

from needs.present import quality

WORDS = [word for word in quality.VARIATION if word != "suppressed"]


@given(
    st.lists(
        st.tuples(st.sampled_from(["Women", "Positive answers", "Occupancy"]), st.sampled_from(WORDS)), max_size=12
    )
)
def test_the_finding_counts_what_is_there(rows):
    labels, variation = [label for label, _ in rows], [word for _, word in rows]
    title = quality.finding(labels, variation, "London")
    if not rows:
        assert title == "No indicator of London has a figure that can be shown"
        return
    judged = [word for word in variation if word != "too few points"]
    if not judged:
        assert title == "No indicator of London has enough points to be judged by a control chart"
        return
    some, every = map(int, re.findall(r"(\d+) of (\d+) indicator", title)[0])
    worse = [label for label, word in rows if word == "special concerning"]
    assert (some, every) == (len(worse), len(judged))
    assert ("(" in title) == (0 < len(worse) <= 3)
    assert all(label.lower() in title.lower() for label in worse) or len(worse) > 3
    better = variation.count("special improving")
    assert (f"; {better} show" in title) == (better > 0)
    assert ("indicators" in title) == (every > 1)


@given(st.floats(0, 1.5), st.sampled_from(["higher", "lower"]), st.sampled_from(["core", "developmental"]))
def test_a_standard_is_written_as_it_is(value, better, level):
    text = quality.standard(value, "share", better, level)
    assert abs(float(text.split("%")[0]) / 100 - value) <= 5e-4 * max(value, 1e-3)
    assert text.endswith(f"{'or more' if better == 'higher' else 'or less'} ({level})")
