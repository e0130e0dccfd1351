"""Every action of the window, in one table: menus, shortcuts and their list follow from it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QCoreApplication, QObject
from PyQt6.QtGui import QAction, QKeySequence

from visualmlp.gui.icons import icon


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    name
        Its identifier, and the name of the window's method that carries it out.
    menu
        Title of the menu it stands in; a leading "-" means a separator above it.
    text
        What the menu shows.
    tip
        What it does, in a sentence.
    shortcuts
        Key sequences; the first is shown.
    icon
        Name of its icon.
    """

    name: str
    menu: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""


ACTIONS = (
    ActionSpec(
        "open_file", "File", "&Open…", "Open an experiment, a run or a lesson.", ("Ctrl+O",), "open"
    ),
    ActionSpec(
        "open_data",
        "File",
        "Open &data…",
        "Open a table, arrays or pictures of your own, after a look at them.",
        ("Ctrl+Shift+O",),
    ),
    ActionSpec(
        "open_picture_folder",
        "File",
        "Open &folder of pictures…",
        "Open a folder that holds a folder of pictures for each class, or a label file.",
    ),
    ActionSpec(
        "save_run", "-File", "&Save run…", "Save the run with its state.", ("Ctrl+S",), "save"
    ),
    ActionSpec(
        "save_experiment",
        "File",
        "Save e&xperiment…",
        "Save the experiment in the panels as a text file.",
        ("Ctrl+Shift+S",),
    ),
    ActionSpec(
        "save_picture",
        "File",
        "Save &picture of the window…",
        "Save the whole window as a picture.",
        ("Ctrl+P",),
        "export-picture",
    ),
    ActionSpec("quit", "-File", "&Quit", "Close the window.", ("Ctrl+Q",)),
    ActionSpec("undo", "Edit", "&Undo", "Undo the last edit.", ("Ctrl+Z",), "undo"),
    ActionSpec("redo", "Edit", "&Redo", "Make the edit again.", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    ActionSpec(
        "undo_edit",
        "Edit",
        "&Take back the change at this step",
        "Take back the last change made to the run at this step; where the run has gone on, in a "
        "new run from here.",
        ("Ctrl+Alt+Z",),
    ),
    ActionSpec(
        "choose_budgets",
        "-Edit",
        "&Memory for going back…",
        "Choose how much memory and disk the states to go back to may take.",
    ),
    ActionSpec("toggle", "Run", "&Play", "Train, or pause.", ("Space", "F5"), "play"),
    ActionSpec(
        "step_batch",
        "Run",
        "&Step (1 batch)",
        "Make one update of the parameters; behind the newest step, make it again as recorded.",
        ("Right", "F6"),
        "step-forward",
    ),
    ActionSpec(
        "step_epoch",
        "Run",
        "&Epoch",
        "Train to the end of the present epoch.",
        ("Shift+Right", "F7"),
        "epoch-forward",
    ),
    ActionSpec(
        "step_epochs",
        "Run",
        "&Several epochs",
        "Train through the number of epochs given in the transport bar.",
        ("Ctrl+Right", "F8"),
        "fast-forward",
    ),
    ActionSpec(
        "until",
        "Run",
        "&Until…",
        "Choose what the run shall stop at: a step, a loss, a gradient, a flip…",
        ("Ctrl+U",),
        "run-until",
    ),
    ActionSpec(
        "run_until",
        "Run",
        "On to the ne&xt stop",
        "Run until one of the conditions chosen last is met.",
        ("F9",),
    ),
    ActionSpec(
        "step_back",
        "-Run",
        "Step &back (1 batch)",
        "Go back to the state before the last step, bit for bit.",
        ("Left", "Shift+F6"),
        "step-back",
    ),
    ActionSpec(
        "epoch_back",
        "Run",
        "Epoch b&ack",
        "Go back to the last end of an epoch.",
        ("Shift+Left", "Shift+F7"),
        "epoch-back",
    ),
    ActionSpec(
        "reset",
        "Run",
        "To the s&tart",
        "Go back to the initial weights; what was recorded stays.",
        ("Home", "Shift+F5"),
        "to-start",
    ),
    ActionSpec(
        "to_head",
        "Run",
        "To the ne&west step",
        "Go to where the run ended.",
        ("End", "Shift+F8"),
        "to-end",
    ),
    ActionSpec(
        "fork_here",
        "-Run",
        "&Fork here…",
        "Go on from this step as a run of its own; the present one stays as it is.",
        ("Ctrl+F",),
    ),
    ActionSpec(
        "start_new_run",
        "-Run",
        "Start &new run",
        "Start a run of the experiment in the panels.",
        ("Ctrl+Return",),
    ),
    ActionSpec(
        "keep_curves",
        "-Run",
        "&Keep curves",
        "Go on drawing the curves of this run as they are now beside those to come.",
        ("Ctrl+K",),
    ),
    ActionSpec(
        "forget_kept_curves",
        "Run",
        "&Forget kept curves",
        "Draw the curves of the present run only.",
        ("Ctrl+Shift+K",),
    ),
    ActionSpec(
        "predict",
        "-Run",
        "&Predict new samples…",
        "Let the network at the cursor predict new rows, pictures or arrays.",
        ("Ctrl+Shift+P",),
    ),
    ActionSpec(
        "go_to",
        "-View",
        "&Go to…",
        "Go to a view, a panel, a layout or a lesson by some letters of its name.",
        ("Ctrl+G",),
    ),
    ActionSpec(
        "next_dock",
        "View",
        "&Next view",
        "Put the keyboard into the next view or panel, bringing it to the front.",
        ("Ctrl+Tab", "Ctrl+F6"),
    ),
    ActionSpec(
        "previous_dock",
        "View",
        "&View before",
        "Put the keyboard into the view or panel before, bringing it to the front.",
        ("Ctrl+Shift+Tab", "Ctrl+Shift+F6"),
    ),
    ActionSpec(
        "save_layout",
        "-View",
        "Save layout &as…",
        "Keep the places of all views and panels under a name, in the menu Layout.",
    ),
    ActionSpec(
        "manage_layouts", "View", "&Manage layouts…", "Rename or delete layouts of your own."
    ),
    ActionSpec(
        "restore_layout",
        "View",
        "&Restore default layout",
        "Put every view and panel back in its place.",
        ("Ctrl+0",),
    ),
    ActionSpec("full_screen", "View", "&Full screen", "Fill the screen, or not.", ("F11",)),
    ActionSpec(
        "show_start_page",
        "-Lessons",
        "&Start page…",
        "Show all lessons with their pictures.",
        ("Ctrl+L",),
    ),
    ActionSpec("show_shortcuts", "Help", "&Shortcuts", "List all shortcuts.", ("F1",), "info"),
    ActionSpec("show_about", "Help", "&About VisualMLP", "Version, licence, links."),
)

MENUS = ("File", "Edit", "Run", "View", "Lessons", "Help")


def translated(text: str) -> str:
    """A text of the table in the user's language."""
    return QCoreApplication.translate("Actions", text)


def make_actions(window: QObject) -> dict[str, QAction]:
    """The actions, each connected to the window's method of its name."""
    return {spec.name: _make(spec, window) for spec in ACTIONS}


def _make(spec: ActionSpec, window: QObject) -> QAction:
    action = QAction(translated(spec.text), window)
    action.setObjectName(f"action.{spec.name}")
    action.setShortcuts([QKeySequence(sequence) for sequence in spec.shortcuts])
    action.setToolTip(_tip(spec))
    action.setStatusTip(translated(spec.tip))
    if spec.icon:
        action.setIcon(icon(spec.icon))
    action.triggered.connect(getattr(window, spec.name))
    return action


def keys(spec: ActionSpec) -> str:
    """The shortcuts of an action as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(sequence).toString(native) for sequence in spec.shortcuts)


def _tip(spec: ActionSpec) -> str:
    return translated(spec.tip) + (f" ({keys(spec)})" if spec.shortcuts else "")
