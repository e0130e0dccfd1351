"""A table with categories, gaps and flaws, as all views of data show it."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QTabWidget, QWidget

from visualmlp.data.columns import decode
from visualmlp.experiment import Data, Experiment
from visualmlp.gui.panels.data_facts import DataFacts
from visualmlp.gui.session import Session
from visualmlp.gui.views.data import DataView
from visualmlp.gui.views.data_checks import DataChecksView
from visualmlp.gui.views.explore import ExploreView
from visualmlp.gui.views.finding_card import FindingCard
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.views.mistakes import MistakesView
from visualmlp.gui.views.preprocessing import PreprocessingView
from visualmlp.gui.views.step_list import StepList
from visualmlp.gui.widgets.feature_table import FeatureTable
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.point_cloud import PointCloud
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine

N = 200


@pytest.fixture
def session(tmp_path, qtbot):
    """A run on a table: an identifier, ages and ports with gaps, and a column that leaks."""
    rng = np.random.default_rng(0)
    lines = ["id,age,port,leak,class"]
    for i in range(N):
        yes = i % 2
        age = "" if i % 5 == 0 else f"{rng.normal(30, 5):.1f}"
        age = "-1.5" if i % 50 == 7 else age
        port = ("S", "C", "S", "")[i % 4]
        lines.append(f"{i},{age},{port},{5 * yes + rng.normal(0, 0.1):.3f},{('no', 'yes')[yes]}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n")
    session = Session()
    session.open(Experiment(data=Data(source="csv", path=str(path), scaling="standardise")))
    try:
        qtbot.waitUntil(lambda: session.frame is not None, timeout=20_000)
        yield session
    finally:
        session.close()


def first_missing(session) -> int:
    data = session.setup.data
    return int(np.flatnonzero(np.isnan(data.raw(data.train)[:, 1]))[0])


def test_the_sheet_shows_cells_as_the_table_had_them(session, show):
    view, data = show(DataView), session.setup.data
    titles, *rows = view.findChild(Table, "samples").texts
    assert titles[1:5] == ["id", "age", "port", "leak"]
    row = first_missing(session)
    cells = [cell for _, cell in decode(data.dataset.columns, data.raw_row(data.train, row))]
    assert rows[row][2:4] == cells[1:3]
    assert rows[row][2] == "(missing)"
    assert "−1.5" in {text[2] for text in rows}
    assert {text[3] for text in rows} == {"S", "C", "(missing)"}


def test_mistakes_show_cells_as_the_table_had_them(session, show):
    captions = show(MistakesView).findChild(Gallery)._captions
    cells = [caption.split(" · ")[1].split(", ") for caption in captions]
    assert {len(row) for row in cells} == {4}
    assert {row[2] for row in cells} <= {"S", "C", "(missing)"}
    assert "(missing)" in {row[1] for row in cells}


def test_the_inspector_shows_cells_as_the_table_had_them(session, show, settle):
    view = show(InspectorView)
    row = first_missing(session)
    session.pick_sample(row, "train")
    settle()
    model = view.findChild(FeatureTable).model()
    shown = [
        [model.index(i, j).data(Qt.ItemDataRole.DisplayRole) for j in (0, 1)]
        for i in range(model.rowCount())
    ]
    assert ["age", "(missing)"] in shown
    port = decode(
        session.setup.data.dataset.columns,
        session.setup.data.raw_row(session.setup.data.train, row),
    )[2][1]
    assert ["port = C", port] in shown


def test_every_step_has_its_numbers(session, show, settle):
    view, data = show(PreprocessingView), session.setup.data
    texts = dict(view.findChild(StepList).texts)
    assert "port: C, S" in texts["4. Columns become features"]
    ages = data.raw(data.train)[:, 1]
    known = ages[~np.isnan(ages)]
    missing = int(np.isnan(data.dataset.x[:, 1]).sum())
    assert (
        f"age: {missing} missing become {float(known.mean())!r}, the mean of {len(known)} of "
        f"{len(ages)} training samples." in texts["5. Missing values"]
    )
    _, *rows = view.findChild(Table, "columns").texts
    assert rows[2][:5] == ["port", "category", "2", "50", "S"]


def test_the_formula_gives_the_digits_of_the_network(session, show, settle):
    view = show(PreprocessingView)
    row = first_missing(session)
    session.pick_sample(row, "train")
    view.findChild(Table, "columns").row_picked.emit(3)
    settle()
    formula = view.findChild(TextLine, "formula").text().splitlines()[0].replace("−", "-")
    left, right = formula.split(" = ")
    assert eval(left) == float(right)
    assert np.float32(right) == session.setup.train[0][row, 4]
    session.pick_column(1)
    settle()
    lines = view.findChild(TextLine, "formula").text().splitlines()
    assert lines[0].startswith("missing → ")
    view.findChild(Table, "chain").row_picked.emit(3)  # the second category of the port
    settle()
    assert session.picks.column == 2
    given = session.setup.train[0][row]
    flags = f"port = C: {given[2]:.0f} · port = S: {given[3]:.0f}"
    assert flags in view.findChild(TextLine, "formula").text()


def test_findings_lead_to_what_they_are_about(session, show, settle):
    view = show(DataChecksView)
    cards = {c.objectName(): c for c in view.findChildren(FindingCard) if c.isVisible()}
    assert {"finding.leak", "finding.identifier"} <= set(cards)
    wanted = []
    session.view_wanted.connect(wanted.append)
    cards["finding.leak"].button.click()
    assert (session.picks.column, wanted) == (3, ["explore"])
    explore = show(ExploreView)
    tabs = explore.findChild(QTabWidget)
    assert tabs.currentWidget().title() == "Histograms"
    assert explore.findChild(QComboBox, "variable").currentText() == "leak"


def test_the_panel_points_findings_out(session, show, qtbot):
    facts = DataFacts(session)
    qtbot.addWidget(facts)
    facts.resize(300, 800)
    facts.show()
    caution = facts.findChild(QWidget, "data.facts.checks")
    qtbot.waitUntil(lambda: bool(caution.text()), timeout=20_000)
    assert "A column that gives the target away" in caution.text()
    missing = facts.findChild(QWidget, "data.facts.missing").text()
    assert "age: 40 → " in missing
    assert "port: 50 → S" in missing
    wanted = []
    session.view_wanted.connect(wanted.append)
    for name in ("preprocessing", "explore", "data_checks"):
        facts.findChild(QWidget, f"data.facts.{name}").click()
    assert wanted == ["preprocessing", "explore", "data_checks"]


def test_counts_of_categories_and_points_of_them(session, show, settle):
    view = show(ExploreView)
    session.pick_column(2)
    settle()
    table = view.findChild(Matrix, "categories")
    data = session.setup.data
    x, labels = data.raw(data.train), data.train.labels
    expected = [
        [(x[:, f] == 1).sum(), *(((x[:, f] == 1) & (labels == k)).sum() for k in (0, 1))]
        for f in (2, 3)
    ]
    assert table._values.tolist() == expected
    view._show_pair(2, 1)
    settle()
    cloud = view.findChild(PointCloud, "points")
    missing = np.isnan(x[:, 1]) | np.isnan(x[:, 2])
    assert (np.isnan(cloud._points).any(axis=1) == missing).all()
    known = ~np.isnan(x[:, 2])
    category = x[known][:, 2:4].argmax(axis=1)
    assert (np.abs(cloud._points[known, 0] - category) <= 0.25).all()
    texts = [t.text() for t in view.findChildren(TextLine, "text") if t.isVisible()]
    assert f"{missing.sum()} not drawn" in texts[0]
    assert "port: " in cloud._text_of(0)
