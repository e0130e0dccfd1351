"""Formulas drawn from LaTeX."""

import subprocess
import sys

import pytest
from PyQt6.QtCore import QByteArray
from PyQt6.QtSvg import QSvgRenderer

from visualmlp.engine.activations import ACTIVATIONS
from visualmlp.engine.losses import LOSSES
from visualmlp.engine.optimizers import OPTIMIZERS
from visualmlp.engine.schedules import SCHEDULES
from visualmlp.gui import theme
from visualmlp.gui.widgets.formula import Formula, formula_size, formula_svg
from visualmlp.gui.widgets.latex_text import readable

FORMULAS = [
    entry.formula
    for registry in (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)
    for entry in registry.values()
]
COURSE = [
    r"Z^{[1]} = W^{[1]} A^{[0]} + b^{[1]}",
    r"\mathrm{d}Z^{[1]} = W^{[2]\top} \mathrm{d}Z^{[2]} \odot \sigma'(Z^{[1]})",
    r"\frac{\partial L}{\partial \mathbf{W}} = \underbrace{\frac{\partial L}{\partial y}}_{y - t}",
    r"\sigma'(z) = \begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
    r"\lambda \sum_{i=1}^{N} \left\lVert w_i \right\rVert_2 \cdot \hat{m}",
]


def inked(formula: Formula) -> int:
    """How many pixels differ from the ground."""
    image = formula.grab().toImage()
    ground = image.pixel(image.width() - 1, 0)
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(image.pixel(x, y) != ground for x, y in points)


@pytest.mark.parametrize("latex", FORMULAS + COURSE)
def test_every_formula_of_the_engine_and_the_courses_signs_are_drawn(latex: str, qapp) -> None:
    svg = formula_svg(latex, "#102030", 16.0)
    assert b"<path" in svg
    assert b"<text" not in svg
    assert b"#102030" in svg
    assert QSvgRenderer(QByteArray(svg)).isValid()


@pytest.mark.parametrize("latex", [r"\frac{", r"\begin{cases} 1", "a & < b}", "^", r"\left("])
def test_wrong_latex_is_shown_and_raises_nothing(latex: str, shown) -> None:
    formula = shown(Formula(latex), 300, 60)
    assert QSvgRenderer(QByteArray(formula_svg(latex, "#000000", 16.0))).isValid()
    assert formula.formula() == latex
    assert inked(formula) > 5


def test_it_is_as_large_as_its_text_and_follows_the_font(shown) -> None:
    formula = shown(Formula(r"a = \frac{1}{1 + e^{-z}}"))
    formula.grab()
    before = formula.sizeHint()
    size = formula_size(formula.formula(), 100.0)
    assert size.width() > 300
    assert 0 < formula.baseline() < before.height()
    font = formula.font()
    font.setPointSizeF(2 * font.pointSizeF())
    formula.setFont(font)
    assert formula.sizeHint().height() > 1.6 * before.height()


def test_nothing_is_drawn_for_no_formula(shown) -> None:
    formula = shown(Formula("x"), 60, 30)
    assert inked(formula) > 5
    formula.set_formula("")
    assert inked(formula) == 0
    assert formula.sizeHint().height() < 5


def test_it_takes_the_colour_of_the_text(shown, qapp) -> None:
    formula = shown(Formula(r"\mathbf{M}"), 60, 30)

    def darkest() -> int:
        image = formula.grab().toImage()
        return min(image.pixelColor(x, y).lightness() for x in range(30) for y in range(30))

    assert darkest() < 80
    theme.apply(qapp, "dark")
    image = formula.grab().toImage()
    assert max(image.pixelColor(x, y).lightness() for x in range(30) for y in range(30)) > 180


def test_it_shrinks_where_it_is_too_wide(shown) -> None:
    formula = shown(Formula("x + y + z"), 400, 40)
    formula.grab()
    width = formula.sizeHint().width()
    formula.resize(int(0.7 * width), 40)
    image = formula.grab().toImage()
    column = [image.pixel(image.width() - 1, y) for y in range(image.height())]
    assert len(set(column)) == 1  # nothing is cut at the edge


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"a = \frac{1}{1 + e^{-z}}", "a = 1/(1 + e^(−z))"),
        (r"\theta \leftarrow \theta - \eta g", "θ ← θ − η g"),
        (r"\frac{\partial L}{\partial y}", "∂L/∂y"),
        (r"\frac{g}{\sqrt{s} + \epsilon}", "g/(√(s) + ε)"),
        (r"\underbrace{a b}_{y - t}", "a b [= y − t]"),
        (r"\left(\mathbf{W} x\right)", "(W x)"),
        (r"\frac{\partial L}{\partial W^{[1]}}", "∂L/∂W[1]"),
        ("(y - t)^2", "(y − t)²"),
        ("{", ""),
    ],
)
def test_the_accessible_name_can_be_read(latex: str, text: str, qtbot) -> None:
    assert readable(latex) == text
    formula = Formula(latex)
    qtbot.addWidget(formula)
    assert formula.accessibleName() == text


def test_the_renderer_is_not_loaded_before_it_is_needed() -> None:
    code = (
        "import sys; import visualmlp.gui.widgets.formula as f; "
        "from PyQt6.QtWidgets import QApplication; app = QApplication([]); "
        "f.Formula('x').sizeHint(); print('ziamath' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_accents_are_read_as_letters() -> None:
    assert readable(r"\tilde{A}^{1} = M^{1}") == "Ã¹ = M¹"
    assert readable(r"\hat{m}") == "m̂"
