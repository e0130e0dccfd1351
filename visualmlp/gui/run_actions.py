"""What the actions of the menu Run do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PyQt6.QtWidgets import QAbstractButton, QMainWindow, QMessageBox

from visualmlp.errors import VisualMLPError
from visualmlp.gui.arrangement import RUNS
from visualmlp.gui.budgets import BudgetDialog, budgets
from visualmlp.gui.dock import Dock
from visualmlp.gui.fork_tree import ForkTree
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.notice import Notice
from visualmlp.gui.open_test import OpenTestQuestion
from visualmlp.gui.predicting.window import PredictWindow
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import fork_text
from visualmlp.gui.transport import TransportBar
from visualmlp.gui.until import UntilDialog
from visualmlp.training.branches import Branch
from visualmlp.training.runner import Phase, Status


class RunActions(QMainWindow):
    """The part of the window that steers the run."""

    session: Session
    guide: Guide
    notice: Notice
    docks: Mapping[str, Dock]
    transport: TransportBar
    runs: ForkTree
    until_dialog: UntilDialog
    _told = _told_of_fork = ""

    def toggle(self) -> None:
        if self.session.status.phase is Phase.DIVERGED:
            self.notice.warn(self.session.status.message)  # why nothing will happen
        self.session.toggle()

    def step_batch(self) -> None:
        self.session.run_steps(1)

    def step_epoch(self) -> None:
        self.session.run_epochs(1)

    def step_epochs(self) -> None:
        self.session.run_epochs(self.transport.epochs.value())

    def reset(self) -> None:
        self.notice.hide()
        self.session.reset()

    def step_back(self) -> None:
        self.session.step_back()

    def epoch_back(self) -> None:
        self.session.epoch_back()

    def to_head(self) -> None:
        self.session.to_head()

    def undo_edit(self) -> None:
        self.session.undo_edit()

    def choose_budgets(self) -> None:
        dialog = BudgetDialog(budgets(), self.session.usage, self)
        dialog.accepted.connect(lambda: self.session.use_budgets(dialog.chosen))
        dialog.open()

    def start_new_run(self) -> None:
        self.session.start_new_run()

    def until(self) -> None:
        self.until_dialog.ask()

    def run_until(self) -> None:
        self.until_dialog.run()

    def fork_here(self) -> None:
        dock = self.docks[RUNS]
        dock.show()
        dock.raise_()
        self.runs.ask_fork()

    def ask_for_test(self, look: Callable[[], None]) -> None:
        """Ask whether the test part shall be opened, and look at it if so."""

        def answered(button: QAbstractButton | None) -> None:
            if button and question.buttonRole(button) is QMessageBox.ButtonRole.AcceptRole:
                self.session.open_test()
                look()

        question = OpenTestQuestion(self.session, self)
        question.buttonClicked.connect(answered)
        question.open()

    def predict(self) -> None:
        self.predict_files(())

    def predict_files(self, paths: Sequence[Path]) -> None:
        """Let the network at the cursor predict the samples in files; without any, ask for some."""
        window = next((one for one in self.findChildren(PredictWindow) if one.isVisible()), None)
        if window is None:
            window = PredictWindow(self.session, self)
            window.show()
        window.raise_()
        window.activateWindow()
        window.predict_files(paths)

    def keep_curves(self) -> None:
        self._try(self.guide.keep_curves)

    def forget_kept_curves(self) -> None:
        self.session.forget_kept_curves()

    def tell_stop(self, status: Status) -> None:
        """Say why the run stopped, until it goes on."""
        if status.phase in (Phase.PAUSED, Phase.FINISHED) and status.message:
            self._told = status.message
            self.notice.inform(self._told)
        elif status.phase is Phase.DIVERGED:
            self._told = status.message  # the session has told it as a failure
        elif status.phase is Phase.RUNNING and self.notice.text.text() == self._told:
            self.notice.hide()

    def tell_fork(self, fork: Branch) -> None:
        """Say that a new run has begun, until the tree of runs changes again."""
        text = self.tr("A new run begins here: {}. The one before stays as it is, see Runs.")
        self._told_of_fork = text.format(fork_text(fork))
        self.notice.inform(self._told_of_fork)

    def forget_fork(self) -> None:
        """The tree of runs has changed."""
        if self.notice.text.text() == self._told_of_fork:
            self.notice.hide()

    def _try(self, job: Callable[[], None]) -> None:
        try:
            job()
        except VisualMLPError as error:
            self.notice.warn(str(error))
