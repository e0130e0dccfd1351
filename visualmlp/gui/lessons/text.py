"""A lesson's text: Markdown whose links act."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import (
    QFont,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QTextTable,
)
from PyQt6.QtWidgets import QFrame, QLabel, QTextBrowser, QWidget

LINE_HEIGHT = 128
"""Per cent."""

MARGIN, INDENT, SPACE = 10, 22, 7
"""Pixels around the text, of a level of a list, and below a paragraph."""

CELL_PADDING = 2

LARGER = {1: 2, 2: 1, 3: 1}
"""How much larger headings are, in Qt's sizes, by their level."""


class LessonText(QTextBrowser):
    """Shows Markdown for reading; the Tab key goes from link to link, Enter follows one.

    A click does not take the keyboard away from the window: Space still plays.

    Signals
    -------
    followed
        The address of a link.
    """

    followed = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._markdown = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def set_markdown(self, text: str) -> None:
        """Show a text from its beginning."""
        self._markdown = text
        self._show()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _show(self) -> None:
        document = self.document()
        assert document is not None
        document.setMarkdown(self._markdown)
        document.setDocumentMargin(MARGIN)
        document.setIndentWidth(INDENT)
        _set_paragraphs(document)
        _set_tables(document)
        _set_links(document, self)
        self._choose_wrapping()

    def _choose_wrapping(self) -> None:
        """Break no word or number of a table, unless the text gets too wide."""
        document, port = self.document(), self.viewport()
        assert document is not None
        assert port is not None
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        if document.size().width() > port.width():
            self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._choose_wrapping()

    def _follow(self, url: QUrl) -> None:
        self.followed.emit(url.toString())

    def changeEvent(self, event: QEvent | None) -> None:
        """Take the colours of another look; the place in the text stays."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            document = self.document()
            assert document is not None
            _set_links(document, self)


class LessonNote(QLabel):
    """A few sentences of Markdown, with links as those of the text.

    ``linkActivated`` tells the address of a link.
    """

    def __init__(self) -> None:
        super().__init__()
        self._markdown = ""
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )

    def set_markdown(self, text: str) -> None:
        """Show a text."""
        self._markdown = text
        document = QTextDocument()
        document.setDefaultFont(self.font())
        document.setMarkdown(text)
        _set_links(document, self)
        self.setText(document.toHtml())

    def changeEvent(self, event: QEvent | None) -> None:
        """Take the colours of another look."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self.set_markdown(self._markdown)


def _set_paragraphs(document: QTextDocument) -> None:
    """Lines and paragraphs apart, so that a narrow column reads well."""
    height = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
    block = document.begin()
    while block.isValid():
        cursor, form = QTextCursor(block), QTextBlockFormat()
        if cursor.currentTable() is None and not block.blockFormat().nonBreakableLines():
            form.setLineHeight(LINE_HEIGHT, height)  # type: ignore[arg-type]
            form.setBottomMargin(SPACE)
        cursor.mergeBlockFormat(form)
        if level := block.blockFormat().headingLevel():
            _set_heading(block, level)
        block = block.next()


def _set_tables(document: QTextDocument) -> None:
    """Small and close, since the column is narrow."""
    root = document.rootFrame()
    assert root is not None
    for table in root.childFrames():
        if isinstance(table, QTextTable):
            form = table.format()
            form.setCellPadding(CELL_PADDING)
            form.setBottomMargin(SPACE)
            table.setFormat(form)
            small = QTextCharFormat()
            small.setProperty(QTextCharFormat.Property.FontSizeAdjustment.value, -1)
            cursor = table.firstCursorPosition()
            cursor.setPosition(table.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(small)


def _set_heading(block: QTextBlock, level: int) -> None:
    cursor = QTextCursor(block)
    space = QTextBlockFormat()
    space.setTopMargin(2 * SPACE)
    space.setBottomMargin(SPACE // 2)
    cursor.mergeBlockFormat(space)
    form = QTextCharFormat()
    form.setProperty(QTextCharFormat.Property.FontSizeAdjustment.value, LARGER.get(level, 0))
    form.setFontWeight(QFont.Weight.DemiBold.value)
    cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
    cursor.mergeCharFormat(form)


def _set_links(document: QTextDocument, widget: QWidget) -> None:
    """Underline the links, in the colour of the widget's look."""
    form = QTextCharFormat()
    form.setForeground(widget.palette().link())
    form.setFontUnderline(True)
    block = document.begin()
    while block.isValid():
        for first, length in _links(block):
            cursor = QTextCursor(document)
            cursor.setPosition(first)
            cursor.setPosition(first + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(form)
        block = block.next()


def _links(block: QTextBlock) -> list[tuple[int, int]]:
    """Position and length of every piece of a link in a paragraph."""
    found = []
    pieces = block.begin()
    while not pieces.atEnd():
        piece = pieces.fragment()
        if piece.charFormat().isAnchor():
            found.append((piece.position(), piece.length()))
        pieces += 1
    return found
