"""Numbered steps with their sentences, in a column that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from visualmlp.gui.widgets.labels import bold_font


class StepList(QScrollArea):
    """A title and a text for each step; all can be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Steps of the preparation"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(150)
        column = QWidget()
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self.setWidget(column)

    def set_steps(self, steps: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show titles, numbered from 1, with their sentences."""
        while len(self._labels) < len(steps):
            self._labels.append(self._new_pair(len(self._labels)))
        for number, ((title, lines), labels) in enumerate(
            zip(steps, self._labels, strict=False), 1
        ):
            labels[0].setText(f"{number}. {title}")
            labels[1].setText("\n".join(lines))
        for place, labels in enumerate(self._labels):
            for label in labels:
                label.setVisible(place < len(steps))

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Titles and texts that are shown."""
        pairs = ((title.text(), text.text()) for title, text in self._labels if title.text())
        return list(pairs)

    def _new_pair(self, place: int) -> tuple[QLabel, QLabel]:
        title, text = QLabel(), QLabel()
        title.setFont(bold_font(self.font()))
        for name, label in (("title", title), ("text", text)):
            label.setObjectName(f"step.{place + 1}.{name}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (title, text):
            self._column.insertWidget(self._column.count() - 1, label)
        text.setContentsMargins(0, 0, 0, 6)
        return title, text
