"""The figures to reach, ticked off as the run passes them."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QShowEvent
from PyQt6.QtWidgets import (
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui import theme
from visualmlp.gui.lessons.figures import Wanted, reached, wanted
from visualmlp.gui.session import Session
from visualmlp.lessons import Variant
from visualmlp.training.runner import Phase

ROWS_SHOWN = 9
"""So many rows show at most; the others scroll."""


class FigureList(QWidget):
    """A line that says how many figures were reached, and below it, if wanted, the table.

    Parameters
    ----------
    session
        Whose run is compared.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._variant: Variant | None = None
        self._targets: list[Wanted] = []
        self._seen: tuple[int, bool] = (0, False)
        self._head = QToolButton()
        self._head.setObjectName("lesson.figures.show")
        self._head.setAccessibleName(self.tr("Figures to reach"))
        self._head.setToolTip(self.tr("Show or hide the figures that this run has to reach"))
        self._head.setCheckable(True)
        self._head.setAutoRaise(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._show_table)
        self._table = self._make_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._head)
        column.addWidget(self._table)
        self._show_table(False)
        session.frame_changed.connect(self._follow)
        session.status_changed.connect(self._follow)

    def set_variant(self, variant: Variant) -> None:
        """List the figures of a variant."""
        self._variant = variant
        self._targets = sorted(wanted(variant.figures), key=_is_left_out)
        self._seen = (0, False)
        self._table.setRowCount(len(self._targets))
        for row, target in enumerate(self._targets):
            texts = (target.what, target.when, target.expected, "")
            for column, text in enumerate(texts):
                self._table.setItem(row, column, _cell(text, right=column > 1))
        self._table.setFixedHeight(self._height())
        self.setVisible(bool(self._targets))
        self._compare()

    # What the run has

    def _follow(self) -> None:
        """Compare again if there is another record, and somebody looks."""
        now = len(self._session.history.epochs), self._session.status.phase is Phase.FINISHED
        if now != self._seen and self.isVisible():
            self._seen = now
            self._compare()

    def showEvent(self, event: QShowEvent | None) -> None:
        """Catch up with what came while nobody looked."""
        super().showEvent(event)
        self._follow()

    def _compare(self) -> None:
        results = [self._result(target) for target in self._targets]
        for row, (target, result) in enumerate(zip(self._targets, results, strict=True)):
            self._show_result(row, target, result)
        n_reached = sum(result is not None and result[1] for result in results)
        n_compared = sum(target.is_compared for target in self._targets)
        text = self.tr("Figures to reach: {}").format(len(self._targets))
        if n_compared:
            text = self.tr("Figures to reach: {} of {} reached").format(n_reached, n_compared)
        self._head.setText(text)
        self._head.setAccessibleName(self._head.text())

    def _result(self, target: Wanted) -> tuple[float, bool] | None:
        setup, variant = self._session.setup, self._variant
        if setup is None or variant is None or self._session.is_loading:
            return None
        if setup.experiment != variant.experiment:
            return None
        part = getattr(setup.data, target.figure.part or "train")
        ended = self._session.status.phase is Phase.FINISHED
        return reached(target, self._session.history.epochs, len(part), ended=ended)

    def _show_result(self, row: int, target: Wanted, result: tuple[float, bool] | None) -> None:
        cell = self._table.item(row, 3)
        assert cell is not None
        if result is None:
            cell.setText("" if target.is_compared else "–")
            return
        value, good = result
        colours = theme.current()
        cell.setText(f"{value:.6g} {'✓' if good else '✗'}")
        cell.setForeground(QColor(colours.good if good else colours.bad))

    # Layout

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("lesson.figures")
        table.setAccessibleName(self.tr("Figures to reach"))
        table.setToolTip(self.tr("–: compared by the command visualmlp reproduce"))
        titles = self.tr("figure"), self.tr("when"), self.tr("expected"), self.tr("this run")
        table.setHorizontalHeaderLabels(titles)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        across, down = table.horizontalHeader(), table.verticalHeader()
        assert across is not None
        assert down is not None
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(table.fontMetrics().height() + 4)
        down.hide()
        return table

    def _height(self) -> int:
        across, down = self._table.horizontalHeader(), self._table.verticalHeader()
        assert across is not None
        assert down is not None
        rows = min(len(self._targets), ROWS_SHOWN)
        return across.sizeHint().height() + rows * down.defaultSectionSize() + 4

    def _show_table(self, on: bool) -> None:
        self._table.setVisible(on)
        self._head.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)


def _is_left_out(target: Wanted) -> bool:
    return not target.is_compared


def _cell(text: str, *, right: bool) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setToolTip(text)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    cell.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return cell
