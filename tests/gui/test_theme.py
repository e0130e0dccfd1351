"""The looks, and what follows them."""

import dataclasses

import pytest
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QPalette
from PyQt6.QtWidgets import QApplication, QCheckBox, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.errors import UnknownNameError
from visualmlp.gui import icons, theme


def contrast(a: QColor, b: QColor) -> float:
    """WCAG 2.1 contrast ratio."""

    def luminance(colour: QColor) -> float:
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(a), luminance(b)])
    return (high + 0.05) / (low + 0.05)


def test_apply_changes_palette_and_colours(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply(qapp, "dark")
    assert theme.current() is theme.DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 60
    theme.apply(qapp, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 200


@pytest.mark.parametrize("look", ["dark", "light"])
def test_the_edge_of_an_empty_check_box_shows(qapp: QApplication, qtbot: QtBot, look) -> None:
    theme.apply(qapp, look)
    box = QCheckBox()
    qtbot.addWidget(box)
    picture = box.grab().toImage()
    edge = picture.pixelColor(0, picture.height() // 2)
    assert contrast(edge, qapp.palette().color(QPalette.ColorRole.Window)) > 3


def test_system_follows_the_system_and_a_choice_does_not(qapp: QApplication) -> None:
    hints = qapp.styleHints()
    assert hints is not None
    theme.apply(qapp, "system")
    assert theme.choice() == "system"
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current().dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.current().dark
    theme.apply(qapp, "light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not theme.current().dark


def test_a_widget_hears_of_the_change(qapp: QApplication, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = widget.palette().color(QPalette.ColorRole.Base)
    theme.apply(qapp, "dark")
    qtbot.waitUntil(lambda: widget.palette().color(QPalette.ColorRole.Base) != before)


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
def test_colours_are_readable_and_series_differ(colours: theme.PlotColours) -> None:
    ground = QColor(colours.background)
    assert contrast(QColor(colours.foreground), ground) > 7
    assert contrast(QColor(colours.muted), ground) > 4.5
    for name in (colours.good, colours.bad):
        assert contrast(QColor(name), ground) > 4.5
    for name in colours.series:
        assert contrast(QColor(name), ground) > 2.5
    assert len(set(colours.series)) == len(colours.series)
    with pytest.raises(dataclasses.FrozenInstanceError):
        colours.good = "#000000"  # type: ignore[misc]


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_readable_on_the_window(dark: bool) -> None:
    palette = theme.palette(dark)
    role = QPalette.ColorRole
    pairs = [(role.WindowText, role.Window), (role.Text, role.Base), (role.ButtonText, role.Button)]
    for ink, ground in pairs:
        assert contrast(palette.color(ink), palette.color(ground)) > 7
    assert contrast(palette.color(role.HighlightedText), palette.color(role.Highlight)) > 4
    assert contrast(palette.color(role.PlaceholderText), palette.color(role.Base)) > 3.5


def test_fields_stand_out_in_the_dark() -> None:
    palette, role = theme.palette(dark=True), QPalette.ColorRole
    base, window = palette.color(role.Base), palette.color(role.Window)
    assert contrast(base, window) > 1.3
    assert base.lightness() > window.lightness()


def test_pens_are_thin_and_neighbours_differ_in_dashes() -> None:
    pens = [theme.LIGHT.series_pen(i) for i in range(3)]
    assert [pen.width() for pen in pens] == [1, 1, 1]
    assert len({pen.style() for pen in pens}) == 3
    faded = theme.LIGHT.series_pen(1, faded=True)
    assert faded.color().lightness() > pens[1].color().lightness()
    assert faded.color().alpha() == 255


def ink_of(icon: QIcon, mode: QIcon.Mode = QIcon.Mode.Normal) -> QColor:
    """The colour of the middle of an icon."""
    return icon.pixmap(QSize(48, 48), mode).toImage().pixelColor(20, 24)


def test_icons_follow_the_look_and_fade_when_disabled(qapp: QApplication) -> None:
    play = icons.icon("play")
    assert ink_of(play).name() == theme.LIGHT.foreground
    assert ink_of(play, QIcon.Mode.Disabled).lightness() > ink_of(play).lightness()
    theme.apply(qapp, "dark")
    assert ink_of(QIcon(play)).name() == theme.DARK.foreground


def test_every_icon_draws_something(qapp: QApplication) -> None:
    assert {"play", "pause", "to-start", "zoom-reset", "app"} <= set(icons.names())
    for name in icons.names():
        image = icons.icon(name).pixmap(QSize(24, 24)).toImage()
        painted = sum(image.pixelColor(x, y).alpha() > 60 for x in range(24) for y in range(24))
        assert painted > 8, name


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown icon 'plya'.*play"):
        icons.icon("plya")


@pytest.mark.parametrize("look", ["dark", "light"])
def test_a_spin_box_has_room_for_whole_letters(qapp: QApplication, qtbot: QtBot, look) -> None:
    theme.apply(qapp, look)
    place = QWidget()
    qtbot.addWidget(place)
    column = QVBoxLayout(place)
    box = QSpinBox()
    column.addWidget(box)
    column.addStretch()
    place.show()
    edit = box.lineEdit()
    assert edit is not None
    assert edit.height() >= edit.fontMetrics().height()
    theme.apply(qapp, "light")
