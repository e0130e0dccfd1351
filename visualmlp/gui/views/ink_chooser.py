"""The choice of the colours in which a picture is drawn."""

from __future__ import annotations

from PyQt6.QtWidgets import QComboBox


class InkChooser(QComboBox):
    """Offers ink that goes with the window's look, or the same in every look."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ink")
        self.setAccessibleName(self.tr("Colours of the picture"))
        self.setToolTip(self.tr("Usual: as the window's look; black on white; white on black"))
        self.addItem(self.tr("Usual ink"), "grey")
        self.addItem(self.tr("Black ink"), "paper")
        self.addItem(self.tr("White ink"), "board")
        self.setMinimumContentsLength(6)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
