"""What stands in the lesson's dock: title, variants, text, figures."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QLabel,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from superqt import QFlowLayout

from visualmlp.gui.lessons.figure_list import FigureList
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.text import LessonNote, LessonText
from visualmlp.gui.session import Session
from visualmlp.lessons import Lesson, Variant

NARROWEST = 240
"""Pixels that a lesson's text needs."""


class LessonPane(QWidget):
    """Shows the lesson that is open; its links and buttons go to the guide.

    Parameters
    ----------
    session, guide
        Whose run is compared with the figures, and who opens lessons and follows links.
    """

    choosing = pyqtSignal()
    """The start page is asked for."""

    def __init__(self, session: Session, guide: Guide) -> None:
        super().__init__()
        self._guide = guide
        self.setObjectName("lesson.pane")
        self.setMinimumWidth(NARROWEST)
        self._title = QLabel()
        self._title.setObjectName("lesson.title")
        self._title.setWordWrap(True)
        self._variants = QWidget()
        self._flow = QFlowLayout(self._variants)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.setHorizontalSpacing(4)
        self._flow.setVerticalSpacing(4)
        self._group: QButtonGroup | None = None
        self._difference = LessonNote()
        self._difference.setObjectName("lesson.difference")
        self._difference.setAccessibleName(self.tr("What this variant changes"))
        self._difference.linkActivated.connect(guide.follow)
        self._text = LessonText()
        self._text.setObjectName("lesson.text")
        self._text.setAccessibleName(self.tr("Text of the lesson"))
        self._text.followed.connect(guide.follow)
        self._figures = FigureList(session)
        self._front = QStackedLayout(self)
        self._front.addWidget(self._empty())
        self._front.addWidget(self._lesson())
        guide.opened.connect(self._open)
        guide.variant_opened.connect(self._open_variant)
        session.run_started.connect(self._follow_run)

    # What the guide tells

    def _open(self, lesson: Lesson) -> None:
        self._title.setText(lesson.title)
        self._make_buttons(lesson)
        self._text.set_markdown(lesson.text)
        self._front.setCurrentIndex(1)

    def _open_variant(self, variant: Variant) -> None:
        self._mark(variant.name)
        self._difference.set_markdown(variant.text)
        self._difference.setVisible(bool(variant.text))
        self._figures.set_variant(variant)

    def _follow_run(self) -> None:
        """Mark the variant whose run it is; none, where the run has nothing to do with them."""
        variant = self._guide.variant
        self._mark(variant.name if variant and self._guide.is_open else "")

    def _mark(self, name: str) -> None:
        buttons = self._group.buttons() if self._group else []
        for button in buttons:
            button.setChecked(button.objectName() == f"variant.{name}")
        self._variants.setVisible(len(buttons) > 1 or not name)

    def _make_buttons(self, lesson: Lesson) -> None:
        while item := self._flow.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._group = QButtonGroup(self._variants)
        self._group.setExclusive(False)
        self._group.buttonClicked.connect(self._choose)
        for variant in lesson.variants:
            button = self._button(variant)
            self._group.addButton(button)
            self._flow.addWidget(button)

    def _button(self, variant: Variant) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"variant.{variant.name}")
        button.setText(variant.title)
        button.setAccessibleName(variant.title)
        button.setToolTip(
            self.tr("Run this variant; the curves of the present run stay for comparison")
        )
        button.setCheckable(True)
        button.setProperty("switch", True)
        return button

    def _choose(self, button: QAbstractButton) -> None:
        self._guide.follow("do:variant/" + button.objectName().removeprefix("variant."))

    # Layout

    def _empty(self) -> QWidget:
        page = QWidget()
        text = QLabel(self.tr("No lesson is open."))
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = QToolButton()
        choose.setObjectName("lesson.choose")
        choose.setText(self.tr("Choose a lesson…"))
        choose.setAccessibleName(choose.text())
        choose.setToolTip(self.tr("Open the start page with all lessons"))
        choose.clicked.connect(self.choosing)
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(text)
        column.addWidget(choose, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        return page

    def _lesson(self) -> QWidget:
        page = QWidget()
        head = QFrame()
        column = QVBoxLayout(head)
        column.setContentsMargins(10, 8, 10, 6)
        column.setSpacing(6)
        font = self._title.font()
        font.setPointSizeF(1.25 * font.pointSizeF())
        font.setBold(True)
        self._title.setFont(font)
        for widget in (self._title, self._variants, self._difference):
            column.addWidget(widget)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._text, 1)
        whole.addWidget(self._figures)
        return page
