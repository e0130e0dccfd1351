"""Groups of controls, as many of them in a line as there is room for."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget


class ControlGroups(QWidget):
    """Lines of groups fill the width, unless all groups have room in one.

    Parameters
    ----------
    groups
        Controls that always stand beside each other.
    """

    def __init__(self, *groups: tuple[QWidget, ...]) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._groups = [_beside(controls) for controls in groups]
        self._lines: list[list[QWidget]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._arrange([[group] for group in self._groups])

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest group: a line is broken before it is cut."""
        width = max(group.minimumSizeHint().width() for group in self._groups)
        return QSize(width, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange(self._fitting_lines())

    def event(self, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._arrange(self._fitting_lines())  # controls may have come or gone
        return super().event(event)

    def _fitting_lines(self) -> list[list[QWidget]]:
        lines: list[list[QWidget]] = []
        left = 0
        for group in self._groups:
            wanted = group.sizeHint().width()
            if not lines or wanted > left:
                lines.append([])
                left = self.width()
            lines[-1].append(group)
            left -= wanted + self._grid.horizontalSpacing()
        return lines

    def _arrange(self, lines: list[list[QWidget]]) -> None:
        if lines == self._lines:
            return
        self._lines = lines
        while self._grid.takeAt(0):
            pass
        columns = max(map(len, lines))
        for row, line in enumerate(lines):
            for column, group in enumerate(line):
                span = columns - column if group is line[-1] else 1
                self._grid.addWidget(group, row, column, 1, span)
        self._grid.setColumnStretch(len(self._groups), 1 if len(lines) == 1 else 0)


def _beside(controls: tuple[QWidget, ...]) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    for control in controls:
        row.addWidget(control)
    return group
