"""How many samples each class has, as bars with numbers."""

from __future__ import annotations

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.labels import LEFT, RIGHT, count_text, draw_elided, small_font, widest

SHOWN = 20
"""Classes shown; of more, the last line says how many are left out."""


class ClassBars(QWidget):
    """One line a class: name, bar, number."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self.setFont(small_font(self.font()))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Samples of each class"))
        theme.notifier().changed.connect(self.update)

    def set_counts(self, counts: dict[str, int]) -> None:
        """Show counts by class."""
        self._counts = counts
        text = ", ".join(f"{name}: {count_text(count)}" for name, count in counts.items())
        self.setAccessibleDescription(text)
        self.setToolTip(self.tr("Training samples of each class"))
        self.setVisible(bool(counts))
        self.updateGeometry()
        self.update()

    def lines(self) -> list[tuple[str, int]]:
        """Name and number of samples of each class that is shown."""
        return list(self._counts.items())[:SHOWN]

    def sizeHint(self) -> QSize:
        lines = min(len(self._counts), SHOWN + 1)
        return QSize(200, round(lines * self._line_height()) + 1)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        metrics, lines = QFontMetricsF(self.font()), self.lines()
        names = min(widest(metrics, (name for name, _ in lines)), self.width() * 0.4) + 8
        numbers = widest(metrics, (count_text(count) for _, count in lines)) + 6
        room = max(self.width() - names - numbers, 0.0)
        most = max((count for _, count in lines), default=0) or 1
        height, top = self._line_height(), 0.0
        for name, count in lines:
            painter.setPen(QColor(theme.current().foreground))
            draw_elided(painter, QRectF(0, top, names - 8, height), name, LEFT)
            bar = QRectF(names, top + 2, room * count / most, height - 4)
            painter.fillRect(bar, theme.current().series_colour(0))
            draw_elided(
                painter, QRectF(names + room, top, numbers, height), count_text(count), RIGHT
            )
            top += height
        if left_out := len(self._counts) - len(lines):
            painter.setPen(QColor(theme.current().muted))
            rest = QRectF(0, top, self.width(), height)
            draw_elided(painter, rest, self.tr("and {} more classes").format(left_out))

    def _line_height(self) -> float:
        return QFontMetricsF(self.font()).height() + 2
