"""The choice of a part of the data, for the views that look into one."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from visualmlp.data import PreparedData
from visualmlp.training.probe import PartName


class PartChooser(QComboBox):
    """Lists the parts that have samples.

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

    def set_data(self, data: PreparedData) -> None:
        """Offer the parts of these data; the choice stays where it can, at first validation."""
        chosen = self.currentData()
        self.clear()
        for part in data.parts:
            if len(part):
                text = self.tr("{part} ({count})")
                count = f"{len(part):,}"
                name = part_name(cast("PartName", part.name)).capitalize()
                self.addItem(text.format(part=name, count=count), part.name)
        self.choose(chosen or "validation")

    @property
    def part(self) -> PartName:
        """The chosen part."""
        return cast("PartName", self.currentData())

    def choose(self, part: PartName) -> None:
        """Show a part as chosen, without a signal; the first if there is no such part."""
        self.setCurrentIndex(max(0, self.findData(part)))

    def _tell(self) -> None:
        self.part_chosen.emit(self.part)


def part_name(part: PartName) -> str:
    """A part's name on the screen, in lower case."""
    return {
        "train": QCoreApplication.translate("Part", "training"),
        "validation": QCoreApplication.translate("Part", "validation"),
        "test": QCoreApplication.translate("Part", "test"),
    }[part]
