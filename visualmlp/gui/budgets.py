"""How much memory and disk the states to go back to may take: the setting and its dialog."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QSpinBox, QWidget

from visualmlp.runs import DISK_BUDGET
from visualmlp.training.timeline import MEMORY_BUDGET

MB = 2**20
_RANGES = {"memory": (16, 65_536), "disk": (64, 1_048_576)}


@dataclass(frozen=True, slots=True)
class Budgets:
    """Bytes of states in memory, and in the run's file."""

    memory: int = MEMORY_BUDGET
    disk: int = DISK_BUDGET


def budgets() -> Budgets:
    """What was chosen last."""
    default = Budgets()
    return Budgets(
        _setting("memory", default.memory // MB) * MB, _setting("disk", default.disk // MB) * MB
    )


def save_budgets(chosen: Budgets) -> None:
    """Remember what was chosen."""
    QSettings().setValue("time/memory_mb", chosen.memory // MB)
    QSettings().setValue("time/disk_mb", chosen.disk // MB)


def _setting(name: str, default: int) -> int:
    low, high = _RANGES[name]
    try:
        return min(max(int(QSettings().value(f"time/{name}_mb", default)), low), high)
    except (TypeError, ValueError):
        return default


@dataclass(frozen=True, slots=True)
class Usage:
    """What the states take at present.

    Attributes
    ----------
    n_states, memory
        How many are in memory, and their bytes.
    disk
        Bytes of those in the run's file.
    """

    n_states: int
    memory: int
    disk: int


class BudgetDialog(QDialog):
    """Asks for both; what is used now stands beside.

    Parameters
    ----------
    chosen
        The budgets in force.
    usage
        What is used.
    parent
        The window.
    """

    def __init__(self, chosen: Budgets, usage: Usage, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("budgets")
        self.setWindowTitle(self.tr("Memory for going back"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QLabel(
            self.tr(
                "While a run goes on, its whole state is kept now and then, so that every step can "
                "be gone back to; what lies between is computed again, bit for bit. The more room "
                "there is, the faster that goes."
            )
        )
        text.setWordWrap(True)
        self._memory = self._box("memory", chosen.memory, self.tr("Memory for states"))
        self._disk = self._box("disk", chosen.disk, self.tr("Disk for states"))
        form = QFormLayout(self)
        form.addRow(text)
        form.addRow(self.tr("In memory, at most"), self._memory)
        in_memory = self.tr("now: {} states, {}")
        form.addRow("", QLabel(in_memory.format(f"{usage.n_states:,}", size_text(usage.memory))))
        form.addRow(self.tr("In the run's file, at most"), self._disk)
        form.addRow("", QLabel(self.tr("now: {}").format(size_text(usage.disk))))
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Ok | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    @property
    def chosen(self) -> Budgets:
        """The budgets in the boxes."""
        return Budgets(self._memory.value() * MB, self._disk.value() * MB)

    def _box(self, name: str, n_bytes: int, what: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(f"budgets.{name}")
        box.setAccessibleName(what)
        box.setRange(*_RANGES[name])
        box.setSuffix(self.tr(" MB"))
        box.setGroupSeparatorShown(True)
        box.setValue(n_bytes // MB)
        low, high = _RANGES[name]
        box.setToolTip(self.tr("{} to {} MB").format(f"{low:,}", f"{high:,}"))
        return box


def size_text(n_bytes: int) -> str:
    """Bytes as megabytes: "12.3 MB"."""
    return f"{n_bytes / MB:,.1f} MB"
