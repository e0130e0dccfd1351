import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.analysis.links import (
    ADVANTAGE,
    by_number,
    by_strength,
    fair_shares,
    strongest_links,
    unit_scores,
)

RNG = np.random.default_rng(4)
SIZES = st.integers(1, 60)


@st.composite
def folded(draw):
    n_units = draw(SIZES)
    always = draw(st.none() | st.integers(0, n_units - 1))
    return n_units, draw(st.integers(1, 30)), always


def check(window, n_units, most, always):
    assert len(window.shown) == min(n_units, most)
    assert (np.diff(window.shown) > 0).all()
    assert window.shown[0] >= 0
    assert window.shown[-1] < n_units
    assert len(window.shown) + window.n_before + window.n_after == n_units
    assert min(window.n_before, window.n_after) >= 0
    assert window.is_folded == (n_units > most)
    assert always is None or always in window.shown


@settings(max_examples=60)
@given(folded(), st.integers(-5, 70))
def test_a_window_by_number_accounts_for_every_unit(case, start):
    window = by_number(*case[:2], start, case[2])
    check(window, *case)
    if case[2] is None and window.is_folded:
        assert window.shown[0] == window.n_before
        assert np.ptp(window.shown) == len(window.shown) - 1


@settings(max_examples=60)
@given(folded(), st.integers(0, 1000))
def test_a_window_by_strength_accounts_for_every_unit(case, seed):
    rng = np.random.default_rng(seed)
    n_units, most, always = case
    shown = np.sort(rng.permutation(n_units)[: min(most, n_units)])
    check(by_strength(rng.random(n_units), most, shown, always), *case)
    check(by_strength(rng.random(n_units), most, None, always), *case)


def test_a_picked_unit_before_or_after_the_window_is_shown_beside_it():
    before, after = by_number(100, 5, 50, always=3), by_number(100, 5, 50, always=90)
    assert before.shown.tolist() == [3, 50, 51, 52, 53]
    assert (before.n_before, before.n_after) == (49, 46)
    assert after.shown.tolist() == [50, 51, 52, 53, 90]
    assert (after.n_before, after.n_after) == (50, 45)


def test_the_last_unit_can_be_reached_beside_a_picked_one():
    window = by_number(100, 5, 1000, always=3)
    assert window.shown.tolist() == [3, 96, 97, 98, 99]
    assert (window.n_before, window.n_after) == (95, 0)


def test_the_strongest_units_stand_in_the_order_of_their_numbers():
    assert by_strength(np.array([1.0, 9.0, 2.0, 8.0, 7.0]), 3).shown.tolist() == [1, 3, 4]


def test_a_shown_unit_stays_until_another_is_much_stronger():
    shown = np.array([0, 1])
    slightly = np.array([2.0, 2.0, 2.0 * ADVANTAGE, 1.0])
    assert by_strength(slightly, 2, shown).shown.tolist() == [0, 1]
    clearly = np.array([3.0, 2.0, 2.01 * ADVANTAGE, 1.0])
    assert by_strength(clearly, 2, shown).shown.tolist() == [0, 2]


@settings(max_examples=60)
@given(st.integers(0, 1000), st.integers(2, 40), st.integers(1, 12))
def test_no_hidden_unit_is_much_stronger_than_a_shown_one(seed, n_units, most):
    rng = np.random.default_rng(seed)
    scores = rng.exponential(size=n_units)
    shown = np.sort(rng.permutation(n_units)[:most])
    window = by_strength(scores, most, shown)
    if window.is_folded:
        hidden = np.delete(scores, window.shown)
        assert hidden.max() <= ADVANTAGE * scores[window.shown].min()


def test_nan_counts_as_the_strongest():
    assert by_strength(np.array([5.0, np.nan, 1.0, 6.0]), 2).shown.tolist() == [1, 3]


@settings(max_examples=80)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=5), st.integers(0, 600))
def test_shares_are_fair(totals, most):
    shares = fair_shares(totals, most)
    assert sum(shares) == min(most, sum(totals))
    assert all(0 <= share <= total for share, total in zip(shares, totals, strict=True))
    cut = [share for share, total in zip(shares, totals, strict=True) if share < total]
    if cut:  # who did not get all of it got as much as the others, up to one
        assert max(shares) - min(cut) <= 1


def everything(weights):
    return tuple(np.arange(n) for n in weights.shape)


@pytest.mark.parametrize("by", ["weight", "contribution"])
@pytest.mark.parametrize("most", [0, 1, 7, 50, 1000])
def test_the_strongest_links_are_those_of_a_full_sort(by, most):
    weights, values = RNG.normal(size=(11, 9)), RNG.normal(size=11)
    links = strongest_links(weights, values, by, most, shown=everything(weights))
    strengths = np.abs(weights if by == "weight" else weights * values[:, None])
    expected = np.sort(strengths.ravel())[::-1][:most]
    np.testing.assert_allclose(np.sort(np.abs(links.numbers(by)))[::-1], expected)
    np.testing.assert_array_equal(links.weights, weights[links.sources, links.units])
    np.testing.assert_array_equal(links.values, values[links.sources])
    np.testing.assert_array_equal(links.contributions, links.weights * links.values)
    assert links.n_links == 99
    assert not links.of_pick.any()
    assert (np.diff(links.sources * 9 + links.units) > 0).all()


def test_only_links_between_shown_units_are_found():
    weights = RNG.normal(size=(20, 10))
    rows, columns = np.array([2, 5, 17]), np.array([4, 5, 6])
    links = strongest_links(weights, np.ones(20), "weight", 4, shown=(rows, columns))
    assert set(links.sources) <= set(rows.tolist())
    assert set(links.units) <= set(columns.tolist())
    expected = np.sort(np.abs(weights[np.ix_(rows, columns)]).ravel())[-4:]
    np.testing.assert_allclose(np.sort(np.abs(links.weights)), expected)


def test_a_picked_unit_brings_its_own_strongest_links_and_the_picked_weight():
    weights = RNG.normal(size=(30, 20))
    weights[:, 7] *= 1e-3
    links = strongest_links(
        *(weights, np.ones(30), "weight", 10),
        shown=everything(weights),
        pick=(None, 7),
        weight=(int(np.abs(weights[:, 7]).argmin()), 7),
    )
    into = np.sort(np.abs(weights[:, 7]))
    own = np.abs(links.weights[links.of_pick])
    assert len(own) == 11
    np.testing.assert_allclose(np.sort(own), np.r_[into[0], into[-10:]])
    assert (links.units[links.of_pick] == 7).all()
    out_of = strongest_links(
        weights, np.ones(30), "weight", 10, shown=everything(weights), pick=(3, None)
    )
    assert (out_of.sources == 3).sum() >= 10
    np.testing.assert_array_equal(out_of.of_pick, out_of.sources == 3)


def test_links_without_strength_are_shown_only_where_all_are():
    weights, values = RNG.normal(size=(6, 4)), np.array([0.0, 0, 0, 0, 0, 2])
    few = strongest_links(weights, values, "contribution", 10, shown=everything(weights))
    assert set(few.sources) == {5}
    whole = strongest_links(weights, values, "contribution", 24, shown=everything(weights))
    assert len(whole.sources) == 24


def test_numbers_that_are_not_finite_are_among_the_strongest():
    weights = RNG.normal(size=(5, 5))
    weights[1, 2], weights[3, 3] = np.nan, np.inf
    links = strongest_links(weights, np.ones(5), "weight", 2, shown=everything(weights))
    assert sorted(zip(links.sources.tolist(), links.units.tolist(), strict=True)) == [
        (1, 2),
        (3, 3),
    ]


def test_a_units_strength_is_the_sum_of_its_links():
    weights, values = RNG.normal(size=(4, 3)), RNG.normal(size=4)
    np.testing.assert_allclose(unit_scores(weights, values, "weight"), np.abs(weights).sum(1))
    np.testing.assert_allclose(
        unit_scores(weights, values, "contribution"), np.abs(weights * values[:, None]).sum(1)
    )
