"""A share of the time is kept on the average, whatever the single pieces of work take."""

from __future__ import annotations

import pytest

from visualmlp.gui.allowance import MOST_CREDIT, MOST_DEBT, Allowance


class Clock:
    """Time and work, both by hand."""

    def __init__(self) -> None:
        self.now = self.worked = 0.0
        self.allowance = Allowance(lambda: self.now, lambda: self.worked)

    def tick(self, seconds: float, share: float) -> bool:
        self.now += seconds
        return self.allowance.is_left(share)


def turns(clock: Clock, cost: float, share: float, n_ticks: int = 1000) -> int:
    """Do work at every tick of 10 ms at which there is something left; how often that was."""
    count = 0
    for _ in range(n_ticks):
        if clock.tick(0.01, share):
            count += 1
            clock.worked += cost
    return count


@pytest.mark.parametrize("cost", [0.0012, 0.0019, 0.0031, 0.008])
def test_work_takes_its_share_whatever_a_piece_of_it_takes(cost: float) -> None:
    clock = Clock()

    turns(clock, cost, share=0.1)

    assert clock.worked == pytest.approx(0.1 * clock.now, rel=0.03)


def test_cheap_work_is_done_at_every_tick() -> None:
    assert turns(Clock(), 0.0005, share=0.1) == 1000


def test_dear_work_is_still_done_four_times_a_second() -> None:
    clock = Clock()

    count = turns(clock, cost=1.0, share=0.1)

    assert count == pytest.approx(clock.now / MOST_DEBT, rel=0.05)


def test_idle_time_is_saved_up_for_a_moment_only() -> None:
    clock = Clock()
    clock.tick(60, share=0.1)

    clock.worked += 0.1 * MOST_CREDIT + 0.001

    assert not clock.tick(0.001, share=0.1)
    assert clock.tick(0.02, share=0.1)
