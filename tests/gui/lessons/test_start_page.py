"""The start page: a card for each lesson, with the mouse and with the keyboard."""

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme, window_state
from visualmlp.gui.lessons import card as card_module
from visualmlp.gui.lessons.card import LessonCard
from visualmlp.gui.lessons.pictures import picture, picture_path
from visualmlp.gui.lessons.start_page import StartPage
from visualmlp.gui.opening import readable_lessons
from visualmlp.lessons import lesson_names

LESSONS = readable_lessons()


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[StartPage]:
    parent = QWidget()
    parent.resize(1366, 768)
    qtbot.addWidget(parent)
    page = StartPage(LESSONS, parent)
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    page.resize(1060, 700)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    yield page
    page.close()


def focused(page: StartPage) -> str:
    widget = page.focusWidget()
    assert isinstance(widget, LessonCard)
    return widget.lesson.name


def press(qtbot: QtBot, page: StartPage, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.focusWidget(), key)


def test_there_is_a_card_for_each_lesson_in_teaching_order(page: StartPage) -> None:
    cards = page.findChildren(LessonCard)
    assert [card.lesson.name for card in cards] == list(lesson_names())
    assert all(card.accessibleName().startswith(card.lesson.title) for card in cards)


def test_arrows_go_from_card_to_card_and_enter_opens(qtbot: QtBot, page: StartPage) -> None:
    names = [lesson.name for lesson in LESSONS]
    columns = sum(card.y() == 0 for card in page.findChildren(LessonCard))
    assert focused(page) == names[0]
    press(qtbot, page, Qt.Key.Key_Right)
    assert focused(page) == names[1]
    press(qtbot, page, Qt.Key.Key_Down)
    assert focused(page) == names[1 + columns]
    press(qtbot, page, Qt.Key.Key_Left, Qt.Key.Key_Up)
    assert focused(page) == names[0]
    press(qtbot, page, Qt.Key.Key_Up)
    assert focused(page) == names[0]
    press(qtbot, page, Qt.Key.Key_Tab)
    assert focused(page) == names[1]
    with qtbot.waitSignal(page.lesson_chosen) as chosen:
        press(qtbot, page, Qt.Key.Key_Return)
    assert chosen.args[0].name == names[1]
    assert not page.isVisible()


def test_the_card_in_focus_is_scrolled_into_view(qtbot: QtBot, page: StartPage) -> None:
    press(qtbot, page, *[Qt.Key.Key_Down] * 3)
    card = page.focusWidget()
    assert card.visibleRegion().boundingRect() == card.rect()


def test_escape_closes_and_opens_nothing(qtbot: QtBot, page: StartPage) -> None:
    with qtbot.assertNotEmitted(page.lesson_chosen):
        press(qtbot, page, Qt.Key.Key_Escape)
    assert not page.isVisible()


@pytest.mark.parametrize(
    ("name", "signal"),
    [("file", "file_wanted"), ("data", "data_wanted"), ("draw", "drawing_wanted")],
)
def test_own_files_can_be_opened(qtbot: QtBot, page: StartPage, name: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(page, signal)):
        button = page.findChild(QAbstractButton, f"start_page.{name}")
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not page.isVisible()


def test_whether_it_shows_at_start_is_remembered(qtbot: QtBot, page: StartPage) -> None:
    assert window_state.shows_start_page()
    box = page.findChild(QCheckBox)
    assert box.isChecked()
    box.click()
    assert not window_state.shows_start_page()
    box.click()
    assert window_state.shows_start_page()


def test_a_lesson_without_its_data_has_a_badge(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    monkeypatch.setattr(card_module, "needs_missing_data", lambda lesson: "MNIST was not found")
    assert LessonCard(LESSONS[0], parent).accessibleName().endswith("(needs MNIST)")
    monkeypatch.setattr(card_module, "needs_missing_data", lambda lesson: "")
    assert "MNIST" not in LessonCard(LESSONS[0], parent).accessibleName()


@pytest.mark.parametrize("name", lesson_names())
def test_every_lesson_has_a_small_picture(qapp: QApplication, name: str) -> None:
    assert picture_path(name).stat().st_size < 30_000
    drawing = picture(name)
    assert drawing is not None
    assert drawing.isValid()
    assert drawing.defaultSize() == QSize(224, 100)


def test_pictures_follow_the_look(qtbot: QtBot, qapp: QApplication, page: StartPage) -> None:
    card = page.findChild(LessonCard)
    light = card.grab().toImage()
    theme.apply(qapp, "dark")
    dark = card.grab().toImage()
    colours = {dark.pixelColor(x, y).name() for x in range(dark.width()) for y in range(110)}
    assert theme.DARK.series[0] in colours
    assert theme.LIGHT.series[0] not in colours
    assert dark.pixelColor(60, 40).lightness() < light.pixelColor(60, 40).lightness()
