"""The features of a table with a bar each."""

import numpy as np
import pytest

from visualmlp.gui.views.feature_bars import FEWEST, MOST, FeatureBars

NAMES = [f"feature {i}" for i in range(30)]


@pytest.fixture
def bars(qtbot) -> FeatureBars:
    bars = FeatureBars()
    qtbot.addWidget(bars)
    values = np.arange(30) * np.where(np.arange(30) % 2, 1.0, -1.0)
    bars.resize(300, 250)
    bars.show()
    bars.show_features(NAMES, values)
    return bars


def test_as_many_are_shown_as_have_room_for_their_names(bars: FeatureBars) -> None:
    few = len(bars._values)
    assert FEWEST < few < MOST
    assert not bars._is_thin()
    bars.resize(300, 800)
    assert len(bars._values) == MOST
    bars.resize(300, bars.minimumHeight())
    assert len(bars._values) == FEWEST
    assert not bars._is_thin()


def test_those_with_the_largest_magnitudes_keep_their_order(bars: FeatureBars) -> None:
    count = len(bars._values)
    assert bars._names == NAMES[30 - count :]
    assert np.abs(bars._values).tolist() == list(range(30 - count, 30))
    assert bars._caption == f"the {count} largest of 30 features"
    bars.show_features(NAMES[:3], np.ones(3))
    assert (bars._names, bars._caption) == (NAMES[:3], "")
