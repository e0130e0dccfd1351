"""Lines painted in few calls."""

import numpy as np
from PyQt6.QtGui import QColor, QImage, QPainter

from visualmlp.gui.widgets.lines import draw_line, polygon


def test_a_polygon_has_the_points() -> None:
    points = np.array([[1.0, 2.0], [3.5, -4.0], [0.0, 1e9]])
    assert [(p.x(), p.y()) for p in polygon(points)] == [tuple(p) for p in points.tolist()]
    assert len(polygon(np.zeros((0, 2)))) == 0


def painted(points: list[list[float]]) -> list[bool]:
    """Whether there is ink at every x of row 5."""
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    draw_line(painter, np.array(points))
    painter.end()
    return [image.pixelColor(x, 5).name() != "#ffffff" for x in range(20)]


def test_a_line_has_gaps_and_points_that_stand_alone() -> None:
    ink = painted([[0, 5], [5, 5], [7, np.nan], [9, 5], [13, 5], [16, np.inf], [18, 5]])
    assert all(ink[0:5])
    assert not any(ink[6:9])
    assert all(ink[9:13])
    assert not any(ink[14:16])
    assert all(ink[16:])  # a point that stands alone


def test_far_points_are_brought_near() -> None:
    assert all(painted([[-1e300, 5], [1e300, 5]]))
