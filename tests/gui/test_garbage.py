"""Cyclic garbage is collected on the GUI thread while a session is open, and nowhere else."""

import gc
import threading
import weakref

from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from visualmlp.gui.garbage import GarbageCollector


class Cycle:
    def __init__(self) -> None:
        self.me = self


def test_python_does_not_collect_meanwhile_and_does_afterwards(qtbot: QtBot) -> None:
    parent = QObject()
    first, second = GarbageCollector(parent), GarbageCollector(parent)
    assert not gc.isenabled()
    first.close()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert gc.isenabled()


def test_garbage_dies_on_this_thread(qtbot: QtBot) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    collector._timer.setInterval(1)
    died_on: list[threading.Thread] = []
    cycle = Cycle()
    weakref.finalize(cycle, lambda: died_on.append(threading.current_thread()))
    del cycle
    qtbot.waitUntil(lambda: bool(died_on))
    assert died_on == [threading.main_thread()]
    collector.close()
