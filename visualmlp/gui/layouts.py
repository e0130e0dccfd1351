"""Where the docks stand when nobody has moved them."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.arrangement import PANELS, RUNS, Column, Layout, Row, Tabs
from visualmlp.registry import Registry

LAYOUTS: Registry[Layout] = Registry("layout")

_RESULTS = ("view.mistakes", "view.activations", "view.function", "view.predictions", "view.data")
_DATA = ("view.data", "view.explore", "view.preprocessing", "view.data_checks")
_INSIDE = ("view.network", "view.health")
WATCH = LAYOUTS.add(
    Layout(
        "watch",
        "Watch",
        Row(
            Tabs(290, *PANELS),
            Column(
                Row(
                    Tabs(400, "view.curves"),
                    Tabs(420, "view.weights", "view.layers", *_INSIDE),
                    size=314,
                ),
                Tabs(346, *_RESULTS, RUNS),
                size=820,
            ),
            Tabs(256, "view.inspector", "what_if"),
        ),
        rest="view.mistakes",
    )
)
LAYOUTS.add(
    Layout(
        "mistakes",
        "Mistakes",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(360, "view.mistakes", "view.predictions"),
                Tabs(
                    300,
                    *("view.forgetting", "view.embedding", "view.curves", "view.activations"),
                ),
                size=746,
            ),
            Tabs(330, "view.inspector", "view.draw", "what_if"),
        ),
        rest="view.forgetting",
    )
)
LAYOUTS.add(
    Layout(
        "inside",
        "Inside",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(340, "view.network", "view.layers"),
                Row(
                    Tabs(350, "view.activations", "view.embedding"),
                    Tabs(350, "view.gradients", "view.curves"),
                    size=320,
                ),
                size=676,
            ),
            Column(
                Tabs(300, "view.weights", "view.inspector", "what_if"),
                Tabs(360, "view.health", "view.activation_functions"),
                size=400,
            ),
        ),
        rest="view.network",
    )
)
_STEP = ("view.maths", "view.graph", "view.gradient_check")
_FUNCTIONS = ("view.activation_functions", "view.loss_slice", "view.landscape")
LAYOUTS.add(
    Layout(
        "maths",
        "Maths",
        Row(
            Tabs(290, *PANELS),
            Tabs(790, *_STEP, *_FUNCTIONS),
            Column(
                Tabs(280, "view.curves", "view.layers"),
                Tabs(380, "view.inspector", "view.weights"),
                size=286,
            ),
        ),
        rest="view.maths",
    )
)
LAYOUTS.add(
    Layout(
        "compare",
        "Compare",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(470, "view.compare", "view.forgetting", "view.mistakes", "view.curves"),
                Tabs(150, RUNS),
                size=810,
            ),
            Tabs(266, "view.inspector", "what_if", "view.weights"),
        ),
        rest="view.compare",
    )
)
LAYOUTS.add(
    Layout(
        "2-d",
        "2-D",
        Row(
            Tabs(290, *PANELS),
            Tabs(570, "view.function", "view.mistakes"),
            Column(
                Tabs(330, "view.network", "view.landscape", "view.weights", "view.loss_slice"),
                Tabs(330, "view.curves", "view.data", "view.inspector", "what_if"),
                size=506,
            ),
        ),
        rest="view.function",
    )
)
LAYOUTS.add(
    Layout(
        "pictures",
        "Pictures",
        Row(
            Tabs(290, *PANELS),
            Column(
                Tabs(390, *_DATA, "view.layers", "view.activation_functions"),
                Tabs(270, "view.predictions", "view.mistakes", "view.curves"),
                size=810,
            ),
            Tabs(266, "view.inspector", "view.weights"),
        ),
        rest="view.predictions",
    )
)


def find_layout(name: str) -> Layout:
    """The layout of a name; "default" is the first.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    return WATCH if name == "default" else LAYOUTS[name]


def title(layout: Layout) -> str:
    """The layout's name in the user's language."""
    return QCoreApplication.translate("Layouts", layout.title)
