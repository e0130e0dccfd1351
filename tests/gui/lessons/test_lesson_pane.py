"""The lesson's dock: its text, its links, its variants and figures."""

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QTextCursor, QTextOption
from PyQt6.QtWidgets import QApplication, QLabel, QTableWidget, QToolButton
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui import theme
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.pane import LessonPane
from visualmlp.gui.lessons.text import LessonNote, LessonText
from visualmlp.gui.session import Session
from visualmlp.lessons import Lesson

WAIT_MS = 20_000
Open = Callable[[str], Lesson]


def text_of(pane: LessonPane) -> LessonText:
    return pane.findChild(LessonText, "lesson.text")


def link_format(text: LessonText):
    cursor = text.document().find("Run to epoch")
    return cursor.charFormat()


def test_without_a_lesson_the_pane_offers_to_choose_one(qtbot: QtBot, pane: LessonPane) -> None:
    with qtbot.waitSignal(pane.choosing):
        qtbot.mouseClick(pane.findChild(QToolButton, "lesson.choose"), Qt.MouseButton.LeftButton)


def test_title_text_and_variants_of_the_lesson_show(pane: LessonPane, opened: Open) -> None:
    lesson = opened("iris-neuron")
    assert pane.findChild(QLabel, "lesson.title").text() == lesson.title
    assert "What to do" in text_of(pane).toPlainText()
    buttons = {name: pane.findChild(QToolButton, f"variant.{name}") for name in ("course", "mean")}
    assert [b.text() for b in buttons.values()] == [v.title for v in lesson.variants]
    assert buttons["course"].isChecked()
    assert not buttons["mean"].isChecked()


def test_tab_and_enter_follow_a_link(
    qtbot: QtBot, session: Session, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    text = text_of(pane)
    text.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(text, Qt.Key.Key_Tab)
    assert text.textCursor().charFormat().anchorHref() == "do:run-to-epoch/15"
    qtbot.keyClick(text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.frame.epoch == 15, timeout=WAIT_MS)


def test_a_click_on_a_link_follows_it_and_leaves_the_keyboard(
    qtbot: QtBot, session: Session, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    text, button = text_of(pane), pane.findChild(QToolButton, "variant.course")
    button.setFocus()
    cursor = text.document().find("epoch 15")
    cursor.setPosition(cursor.position() - 3, QTextCursor.MoveMode.MoveAnchor)
    qtbot.mouseClick(
        text.viewport(), Qt.MouseButton.LeftButton, pos=text.cursorRect(cursor).center()
    )
    qtbot.waitUntil(lambda: session.frame.epoch == 15, timeout=WAIT_MS)
    assert button.hasFocus()


def test_links_have_the_colour_of_the_look_and_a_line(
    qapp: QApplication, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    text = text_of(pane)
    light = link_format(text)
    assert light.fontUnderline()
    theme.apply(qapp, "dark")
    dark = link_format(text)
    assert dark.fontUnderline()
    assert light.foreground().color() != dark.foreground().color()
    assert dark.foreground().color() == qapp.palette().link().color()


def test_a_variant_is_marked_and_says_what_differs(
    qtbot: QtBot, session: Session, pane: LessonPane, opened: Open
) -> None:
    lesson = opened("iris-neuron")
    note = pane.findChild(LessonNote)
    assert not note.isVisible()
    mean = pane.findChild(QToolButton, "variant.mean")
    qtbot.mouseClick(mean, Qt.MouseButton.LeftButton)
    assert mean.isChecked()
    assert not pane.findChild(QToolButton, "variant.course").isChecked()
    assert note.isVisible()
    qtbot.waitUntil(
        lambda: session.setup.experiment == lesson.variant("mean").experiment, timeout=WAIT_MS
    )
    assert mean.isChecked()


def test_a_run_that_is_not_the_lessons_is_not_marked(
    qtbot: QtBot, session: Session, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    with qtbot.waitSignal(session.run_started, timeout=WAIT_MS):
        session.open(find_experiment("xor"))
    course = pane.findChild(QToolButton, "variant.course")
    assert not course.isChecked()
    with qtbot.waitSignal(session.run_started, timeout=WAIT_MS):
        qtbot.mouseClick(course, Qt.MouseButton.LeftButton)
    assert course.isChecked()


def test_figures_are_ticked_as_the_run_passes_them(
    qtbot: QtBot, session: Session, guide: Guide, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    head = pane.findChild(QToolButton, "lesson.figures.show")
    table = pane.findChild(QTableWidget, "lesson.figures")
    assert not table.isVisible()
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton)
    assert table.isVisible()
    before = head.text()
    guide.follow("do:run-to-epoch/100")
    qtbot.waitUntil(lambda: session.frame.epoch == 100, timeout=WAIT_MS)
    assert head.text() != before
    marks = [table.item(row, 3).text()[-1:] for row in range(table.rowCount())]
    assert "✓" in marks
    assert "✗" not in marks
    assert "" in marks  # later epochs
    assert "–" in marks  # weights


def test_figures_reached_while_the_pane_was_hidden_show_when_it_comes_back(
    qtbot: QtBot, session: Session, guide: Guide, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    head = pane.findChild(QToolButton, "lesson.figures.show")
    before = head.text()
    pane.hide()
    guide.follow("do:run-to-epoch/100")
    qtbot.waitUntil(lambda: session.frame.epoch == 100, timeout=WAIT_MS)
    pane.show()
    qtbot.waitUntil(lambda: head.text() != before, timeout=WAIT_MS)


def test_changed_settings_are_not_compared_with_the_figures(
    qtbot: QtBot, session: Session, guide: Guide, pane: LessonPane, opened: Open
) -> None:
    opened("iris-neuron")
    guide.follow("do:set/training.precision/float32")
    guide.follow("do:run-to-epoch/15")
    qtbot.waitUntil(lambda: session.frame and session.frame.epoch == 15, timeout=WAIT_MS)
    head = pane.findChild(QToolButton, "lesson.figures.show")
    assert head.text().startswith("Figures to reach: 0 of ")


def test_words_of_a_table_break_only_where_it_would_not_fit(
    qtbot: QtBot, shown: Callable[..., LessonText]
) -> None:
    text = shown(LessonText(), 400, 300)
    text.set_markdown("| probability | humidity |\n|---|---|\n| 0.26894142 | 0.00004540 |\n")
    assert text.wordWrapMode() is QTextOption.WrapMode.WordWrap
    text.resize(80, 300)
    qtbot.waitUntil(
        lambda: text.wordWrapMode() is QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
    )
    assert text.document().size().width() <= text.viewport().width()
