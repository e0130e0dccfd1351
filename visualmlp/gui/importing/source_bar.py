"""Which file or folder is opened, and as what it is read."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from visualmlp.gui.importing.looks import SEEN_BY
from visualmlp.gui.widgets.elided_combo import ElidedCombo


class SourceBar(QWidget):
    """The path, buttons to choose another, and how it is read.

    Signals
    -------
    file_wanted, folder_wanted
        Another file or folder shall be chosen.
    source_chosen
        Name of the source that shall read it.
    """

    file_wanted = pyqtSignal()
    folder_wanted = pyqtSignal()
    source_chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._path = QLabel()
        self._path.setObjectName("import.path")
        self._path.setTextFormat(Qt.TextFormat.PlainText)
        self._path.setMinimumWidth(60)
        self.read_as = ElidedCombo()
        self.read_as.setObjectName("import.read_as")
        self.read_as.setAccessibleName(self.tr("Read as"))
        self.read_as.setToolTip(
            self.tr("What the file or folder is; guessed by its name and first bytes")
        )
        texts = {
            "csv": self.tr("Table"),
            "pictures": self.tr("Pictures"),
            "arrays": self.tr("Arrays"),
            "idx": self.tr("IDX files"),
        }
        for name in SEEN_BY:
            self.read_as.addItem(texts[name], name)
        self.read_as.activated.connect(
            lambda place: self.source_chosen.emit(self.read_as.itemData(place))
        )
        self._arrange()

    def _arrange(self) -> None:
        label = QLabel(self.tr("Read as"))
        label.setBuddy(self.read_as)
        file = self._button("file", self.tr("File…"), self.tr("Choose another file"))
        file.clicked.connect(self.file_wanted)
        folder = self._button(
            "folder",
            self.tr("Folder…"),
            self.tr("Choose a folder: of pictures, with a folder a class or a label file; of IDX"),
        )
        folder.clicked.connect(self.folder_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._path, 1)
        for widget in (file, folder, label, self.read_as):
            row.addWidget(widget)
        self.read_as.setMinimumContentsLength(9)

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"import.{name}")
        button.setAccessibleName(tip)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def show_source(self, path: str, source: str) -> None:
        """Show what is opened."""
        self._text = path
        self._path.setToolTip(path)
        self._path.setAccessibleName(self.tr("Opened: {}").format(path))
        self.read_as.setCurrentIndex(self.read_as.findData(source))
        self._shorten()

    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        super().resizeEvent(a0)
        self._shorten()

    def _shorten(self) -> None:
        room, elide = self._path.width(), Qt.TextElideMode.ElideMiddle
        self._path.setText(self._path.fontMetrics().elidedText(self._text, elide, room))
