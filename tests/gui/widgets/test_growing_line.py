"""Text that takes the lines it needs."""

from visualmlp.gui.widgets.growing_line import GrowingLine

TEXT = "as many lines as there are words for, but no more than it may have in all"


def test_it_is_as_high_as_its_text_needs(shown) -> None:
    line = GrowingLine(most=3)
    shown(line, 900, 60)
    line.set_text("short")
    low = line.sizeHint().height()
    line.set_text(TEXT)
    assert line.sizeHint().height() == low
    line.resize(180, 60)
    assert line.sizeHint().height() > 2 * low
    line.resize(30, 60)
    assert line.sizeHint().height() < 4 * low
    line.resize(900, 60)
    assert line.sizeHint().height() == low
