"""Timed work of the cockpit."""

from __future__ import annotations

from fincc.cockpit.consumers import Consumers
from fincc.cockpit.usecases.at_hand import AtHand
from fincc.cockpit.usecases.clean_up import CleanUp
from fincc.cockpit.usecases.measure import Measure
from fincc.cockpit.usecases.switch import Switch
from fincc.common.service import Job


def table(
    switch: Switch, clean_up: CleanUp, consumers: Consumers, at_hand: AtHand, measure: Measure
) -> tuple[Job, ...]:
    return (
        Job("switch to new documents", 0.5, switch.run),
        Job("read what will be asked first", 1.0, at_hand.run, "api"),
        Job("drop replaced roll-ups and files", 30.0, clean_up.run),
        Job("expire open snapshots", 60.0, consumers.expire_snapshots),
        Job("measure", 15.0, measure.run),
    )
