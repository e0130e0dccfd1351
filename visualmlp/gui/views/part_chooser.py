"""The choice of a part of the data, for the views that look into one."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup


class PartChooser(QComboBox):
    """Lists the parts that have samples, and the user's drawn ones where they are offered.

    The test part is closed until the user opens it on purpose: choosing it asks.

    Parameters
    ----------
    session
        Whose run's parts are offered.

    Signals
    -------
    part_chosen
        The name of the part that the user chose.
    """

    part_chosen = pyqtSignal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("part")
        self.setAccessibleName(self.tr("Part of the data"))
        self.setToolTip(self.tr("The part of the data that the samples are taken from"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._tell)
        self._chosen: PartName | None = None
        self._shown: PartName | None = None
        self._fallback: PartName = "train"
        self._counts: dict[PartName, int] = {}
        self._test_is_open = False
        session.test_changed.connect(self._follow_test)

    def set_run(self, setup: Setup, first: PartName | None = None) -> None:
        """Offer the parts of a run's data; the user's choice stays where it can.

        Parameters
        ----------
        setup
            The run.
        first
            What is chosen until the user does; the part that is watched without it.
        """
        self.clear()
        self._counts = {cast("PartName", part.name): len(part) for part in setup.data.parts}
        self._fallback = Picks.of_new(setup).part
        self._test_is_open = self._session.test_is_open
        for name, count in self._counts.items():
            if count:
                self.addItem(self._text(name, count), name)
        for wanted in (self._chosen, first, self._fallback):
            is_closed = wanted == "test" and not self._test_is_open
            if wanted and self.findData(wanted) >= 0 and not is_closed:
                self.choose(wanted)
                break

    def offer_drawn(self, count: int, *, unlabelled: bool) -> None:
        """Offer so many samples drawn by the user, after the parts of the data.

        Parameters
        ----------
        count
            Those with a label.
        unlabelled
            Whether there is a drawing without one.
        """
        self._offer("drawn", self._text("drawn", count) if count else "")
        self._offer("unlabelled", self.tr("Drawing, no label") if unlabelled else "")

    def _offer(self, part: PartName, text: str) -> None:
        """Offer a part under a text, or no longer where there is none."""
        place = self.findData(part)
        if text and place >= 0:
            self.setItemText(place, text)
        elif text:
            self.addItem(text, part)
        elif place >= 0:
            self.removeItem(place)

    @property
    def part(self) -> PartName:
        """The chosen part."""
        return cast("PartName", self.currentData())

    def choose(self, part: PartName) -> None:
        """Show a part as chosen, without a signal; the first if there is no such part."""
        self.setCurrentIndex(max(0, self.findData(part)))
        self._shown = self.part

    def follow(self, part: PartName) -> None:
        """Show a part as chosen, without a signal, unless the user chose one that there is."""
        if self._chosen is None or self.findData(self._chosen) < 0:
            self.choose(part)

    def _text(self, part: PartName, count: int) -> str:
        name = self.tr("Drawn by you") if part == "drawn" else part_name(part).capitalize()
        is_closed = part == "test" and not self._test_is_open
        text = self.tr("{part} ({count}) – closed") if is_closed else self.tr("{part} ({count})")
        return text.format(part=name, count=f"{count:,}")

    def _tell(self) -> None:
        """Take the user's choice; the test part, where it is closed, once it is opened."""
        wanted = self.part
        if wanted == "test" and self._shown:
            self.choose(self._shown)
            self._session.with_test(lambda: self._take("test"))
        else:
            self._take(wanted)

    def _take(self, part: PartName) -> None:
        self.choose(part)
        self._chosen = self.part
        self.part_chosen.emit(self.part)

    def _follow_test(self) -> None:
        """The test part was opened, or another run is in use, whose test part is closed."""
        place = self.findData("test")
        if place < 0 or self._test_is_open == self._session.test_is_open:
            return
        self._test_is_open = self._session.test_is_open
        self.setItemText(place, self._text("test", self._counts["test"]))
        if self.part == "test" and not self._test_is_open:
            self.choose(self._fallback)
            self.part_chosen.emit(self.part)


def part_name(part: str) -> str:
    """A part's name on the screen, in lower case."""
    return {
        "train": QCoreApplication.translate("Part", "training"),
        "validation": QCoreApplication.translate("Part", "validation"),
        "test": QCoreApplication.translate("Part", "test"),
        "drawn": QCoreApplication.translate("Part", "drawn"),
        "unlabelled": QCoreApplication.translate("Part", "unlabelled"),
    }[part]
