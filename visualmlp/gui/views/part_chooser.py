"""The choice of a part of the data, for the views that look into one."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup


class PartChooser(QComboBox):
    """Lists the parts that have samples, and the user's drawn ones where they are offered.

    Signals
    -------
    part_chosen
        The name of the part that the user chose.
    """

    part_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("part")
        self.setAccessibleName(self.tr("Part of the data"))
        self.setToolTip(self.tr("The part of the data that the samples are taken from"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._tell)
        self._chosen: PartName | None = None

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
        for part in setup.data.parts:
            if len(part):
                self.addItem(self._text(cast("PartName", part.name), len(part)), part.name)
        for wanted in (self._chosen, first, Picks.of_new(setup).part):
            if wanted and self.findData(wanted) >= 0:
                self.choose(wanted)
                break

    def offer_drawn(self, count: int) -> None:
        """Offer so many samples drawn by the user, after the parts of the data."""
        place = self.findData("drawn")
        if count and place >= 0:
            self.setItemText(place, self._text("drawn", count))
        elif count:
            self.addItem(self._text("drawn", count), "drawn")
        elif place >= 0:
            self.removeItem(place)

    @property
    def part(self) -> PartName:
        """The chosen part."""
        return cast("PartName", self.currentData())

    def choose(self, part: PartName) -> None:
        """Show a part as chosen, without a signal; the first if there is no such part."""
        self.setCurrentIndex(max(0, self.findData(part)))

    def follow(self, part: PartName) -> None:
        """Show a part as chosen, without a signal, unless the user chose one that there is."""
        if self._chosen is None or self.findData(self._chosen) < 0:
            self.choose(part)

    def _text(self, part: PartName, count: int) -> str:
        name = self.tr("Drawn by you") if part == "drawn" else part_name(part).capitalize()
        return self.tr("{part} ({count})").format(part=name, count=f"{count:,}")

    def _tell(self) -> None:
        self._chosen = self.part
        self.part_chosen.emit(self.part)


def part_name(part: PartName) -> str:
    """A part's name on the screen, in lower case."""
    return {
        "train": QCoreApplication.translate("Part", "training"),
        "validation": QCoreApplication.translate("Part", "validation"),
        "test": QCoreApplication.translate("Part", "test"),
        "drawn": QCoreApplication.translate("Part", "drawn"),
    }[part]
