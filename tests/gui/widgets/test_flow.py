"""Controls in rows."""

from itertools import pairwise

from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from visualmlp.gui.widgets.flow import Flow


def test_widgets_keep_their_distance_in_a_layout_inside_another_one(shown):
    page = QWidget()
    column = QVBoxLayout(page)
    row = Flow()
    column.addLayout(row)
    boxes = [QWidget() for _ in range(3)]
    for box, height in zip(boxes, (20, 30, 24), strict=True):
        box.setFixedSize(80, height)
        row.addWidget(box)
    shown(page, 400, 200)
    places = [box.geometry() for box in boxes]
    assert all(b.left() - a.right() > 4 for a, b in pairwise(places))
    middles = [place.top() + place.height() / 2 for place in places]
    assert max(middles) - min(middles) <= 1


def test_rows_break_where_the_width_ends(shown):
    page = QWidget()
    row = Flow(page)
    boxes = [QWidget() for _ in range(3)]
    for box in boxes:
        box.setFixedSize(80, 20)
        row.addWidget(box)
    shown(page, 200, 100)
    assert boxes[0].y() == boxes[1].y() < boxes[2].y()
    assert boxes[2].y() - boxes[0].geometry().bottom() > 4


def test_hidden_widgets_take_no_room(shown):
    page = QWidget()
    column = QVBoxLayout(page)
    row = Flow()
    column.addLayout(row)
    boxes = [QWidget() for _ in range(6)]
    for box in boxes:
        box.setFixedSize(80, 20)
        row.addWidget(box)
    for box in boxes[1:5]:
        box.hide()
    shown(page, 400, 200)
    assert boxes[5].x() - boxes[0].geometry().right() < 10
    boxes[3].show()
    page.grab()
    assert boxes[0].x() < boxes[3].x() < boxes[5].x()


def test_a_widget_that_is_wider_than_the_place_is_made_narrower(shown):
    page = QWidget()
    row = Flow(page)
    wide = QLabel("a text that is much wider than its place is")
    wide.setMinimumWidth(20)
    row.addWidget(wide)
    shown(page, 90, 100)
    assert wide.geometry().right() <= page.width()
