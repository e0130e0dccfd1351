"""The light and the dark look of the window, and the colours that drawings take from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPalette, QPen
from PyQt6.QtWidgets import QApplication, QToolTip

Choice = Literal["light", "dark", "system"]

_Pen = Qt.PenStyle
DASHES = (_Pen.SolidLine, _Pen.DashLine, _Pen.DotLine, _Pen.DashDotLine, _Pen.DashDotDotLine)


@dataclass(frozen=True, slots=True)
class PlotColours:
    """Colours of everything that is drawn, as ``#rrggbb``.

    Attributes
    ----------
    dark
        Whether light ink lies on a dark ground.
    background, foreground, muted, grid
        Ground, text and axes, secondary text, grid lines.
    good, bad, highlight
        Right and wrong (always beside a tick or a cross), and what is picked.
    series
        Lines and classes: the set of Okabe and Ito (2008), moved until the first four differ by 20
        in CIELAB, and all by 11, to every kind of colour vision (Machado et al. 2009), and each
        stands out from the ground. Neighbours always differ in dashes or in marks too.
    """

    dark: bool
    background: str
    foreground: str
    muted: str
    grid: str
    good: str
    bad: str
    highlight: str
    series: tuple[str, ...]

    def series_colour(self, index: int) -> QColor:
        """The colour of series or class ``index``; the set repeats."""
        return QColor(self.series[index % len(self.series)])

    def series_pen(self, index: int, *, faded: bool = False) -> QPen:
        """A pen of width 1; neighbours in the set differ in their dashes too."""
        colour = self.series_colour(index)
        if faded:
            colour = blend(colour, QColor(self.background), 0.6)
        pen = QPen(colour, 1, _Pen.SolidLine if faded else DASHES[index % len(DASHES)])
        pen.setCosmetic(True)
        return pen


def blend(a: QColor, b: QColor, share: float) -> QColor:
    """The opaque mixture of ``a`` with a ``share`` (0 to 1) of ``b``."""
    mixed = ((1 - share) * p + share * q for p, q in zip(a.getRgb(), b.getRgb(), strict=True))
    return QColor(*(round(channel or 0) for channel in mixed))


LIGHT = PlotColours(
    dark=False,
    background="#ffffff",
    foreground="#1f2429",
    muted="#636c76",
    grid="#e2e5e9",
    good="#00795a",
    bad="#c2410c",
    highlight="#db7800",
    series=(
        *("#1f6ab3", "#d25504", "#0da36c", "#ae578b"),
        *("#4499e1", "#b68c39", "#5a6663", "#847d37"),
    ),
)
DARK = PlotColours(
    dark=True,
    background="#191c20",
    foreground="#dde2e7",
    muted="#98a2ac",
    grid="#32383f",
    good="#35c79b",
    bad="#ff8a54",
    highlight="#ffb52e",
    series=(
        *("#50bef3", "#f38b25", "#7eb982", "#d390b4"),
        *("#82a1ff", "#e7b954", "#bcc3bd", "#f0e442"),
    ),
)

_Role = QPalette.ColorRole
_LIGHT_ROLES = {
    _Role.Window: "#f1f3f5",
    _Role.Base: "#ffffff",
    _Role.AlternateBase: "#f6f8f9",
    _Role.Button: "#f7f8fa",
    _Role.WindowText: "#1f2429",
    _Role.Text: "#1f2429",
    _Role.ButtonText: "#1f2429",
    _Role.BrightText: "#ffffff",
    _Role.PlaceholderText: "#69727c",
    _Role.ToolTipBase: "#ffffff",
    _Role.ToolTipText: "#1f2429",
    _Role.Highlight: "#2a6fb0",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#2a6fb0",
    _Role.Link: "#1d62a5",
    _Role.LinkVisited: "#7a4a96",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#eceef1",
    _Role.Mid: "#c3c9cf",
    _Role.Dark: "#a3abb3",
    _Role.Shadow: "#7a828a",
}
_DARK_ROLES = {
    _Role.Window: "#22262b",
    _Role.Base: "#343a42",  # fields stand out by it: Fusion's edges are darker than the window
    _Role.AlternateBase: "#2c3138",
    _Role.Button: "#2c3138",
    _Role.WindowText: "#dde2e7",
    _Role.Text: "#dde2e7",
    _Role.ButtonText: "#dde2e7",
    _Role.BrightText: "#ffffff",
    _Role.PlaceholderText: "#a7b0b9",
    _Role.ToolTipBase: "#2c3138",
    _Role.ToolTipText: "#dde2e7",
    _Role.Highlight: "#3479ba",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#3479ba",
    _Role.Link: "#6db3f2",
    _Role.LinkVisited: "#c39ae0",
    _Role.Light: "#3b424a",
    _Role.Midlight: "#333940",
    _Role.Mid: "#1c1f23",
    _Role.Dark: "#15171a",
    _Role.Shadow: "#0c0d0f",
}
_BOXES = ("QCheckBox", "QRadioButton")
_AROUND_BOXES = {False: "#a8aeb4", True: "#98a2ac"}
"""What Fusion makes the edges of check boxes from; from the window's colour they would not show."""
_DISABLED = (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText)

_STYLE_SHEET = """
QDockWidget { font-weight: 600; }
QDockWidget::title { padding: 5px 8px; background: palette(button); text-align: left; }
QToolTip { padding: 3px 5px; border: 1px solid palette(mid); }
QToolBar { spacing: 3px; border: none; }
QAbstractSpinBox { min-height: 1.15em; }
QToolButton[switch="true"] {
    background: palette(button); border: 1px solid palette(dark); border-radius: 3px;
    padding: 2px 5px;
}
QToolButton[switch="true"]:hover { background: palette(midlight); }
QToolButton[switch="true"]:checked {
    background: palette(highlight); color: palette(highlighted-text);
}
QToolButton[switch="true"]:focus { border: 2px solid palette(link); padding: 1px 4px; }
QToolButton[switch="true"]:checked:focus { border-color: palette(window-text); }
"""


class _Theme(QObject):
    """The look in use; follows the system's while "system" is chosen."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.choice: Choice = "light"
        self.colours = LIGHT
        self._app: QApplication | None = None

    def choose(self, app: QApplication, choice: Choice) -> None:
        self.choice = choice
        if self._app is not app:
            self._app = app
            app.setStyle("Fusion")
            if hints := app.styleHints():
                hints.colorSchemeChanged.connect(self._follow)
        self._use(choice == "dark" or (choice == "system" and _system_is_dark(app)))

    def _follow(self, scheme: Qt.ColorScheme) -> None:
        if self.choice == "system":
            self._use(scheme == Qt.ColorScheme.Dark)

    def _use(self, dark: bool) -> None:
        self.colours = DARK if dark else LIGHT  # first: the palette's change makes widgets repaint
        new = palette(dark)
        QToolTip.setPalette(new)
        if self._app is not None:
            # With a style sheet in force a new palette would not reach the widgets there are.
            self._app.setStyleSheet("")
            self._app.setPalette(new)
            new.setColor(_Role.Window, QColor(_AROUND_BOXES[dark]))
            for kind in _BOXES:
                self._app.setPalette(new, kind)
            self._app.setStyleSheet(_STYLE_SHEET)
        self.changed.emit()


def _system_is_dark(app: QApplication) -> bool:
    hints = app.styleHints()
    return hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark


def palette(dark: bool) -> QPalette:
    """The whole palette, nothing left to the platform."""
    roles = _DARK_ROLES if dark else _LIGHT_ROLES
    result = QPalette()
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    window = QColor(roles[_Role.Window])
    for role in _DISABLED:
        faded = blend(QColor(roles[role]), window, 0.55)
        result.setColor(QPalette.ColorGroup.Disabled, role, faded)
    result.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(roles[_Role.Mid]))
    return result


_theme = _Theme()


def apply(app: QApplication, choice: Choice) -> None:
    """Give the application its look; every widget repaints.

    Parameters
    ----------
    choice
        ``"light"``, ``"dark"`` or ``"system"``, which follows the system's setting live.
    """
    _theme.choose(app, choice)


def current() -> PlotColours:
    """The colours to draw with now; light until :func:`apply` was called."""
    return _theme.colours


def choice() -> Choice:
    """What was chosen last, which may be ``"system"``."""
    return _theme.choice


def notifier() -> _Theme:
    """The object whose signal ``changed`` follows every change of the look."""
    return _theme
