"""The cockpit as the runtime sees it: the table of contents of the service."""

from __future__ import annotations

from fincc.cockpit import jobs
from fincc.cockpit.api import costs, detail, health, vocabulary
from fincc.cockpit.api.again import AskedAgain, Phrasebook
from fincc.cockpit.consumers import Consumers
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.answers import Answers
from fincc.cockpit.usecases.at_hand import AtHand
from fincc.cockpit.usecases.clean_up import CleanUp
from fincc.cockpit.usecases.cubes import CubeShelf
from fincc.cockpit.usecases.lines import LineReader
from fincc.cockpit.usecases.measure import Measure
from fincc.cockpit.usecases.project import SnapshotProjection
from fincc.cockpit.usecases.stored_keys import KeyShelf
from fincc.cockpit.usecases.switch import Switch
from fincc.common import audit_reading, dead_letters, workers
from fincc.common.documents import DocumentShelf
from fincc.common.http import create_app
from fincc.common.service import Resources, Service
from fincc.common.snapshots import SnapshotCollector


def create_service(resources: Resources, settings: CockpitSettings | None = None) -> Service:
    settings = settings or CockpitSettings()
    database, objects, clock = resources.database, resources.objects, resources.clock
    shelf = DocumentShelf(objects)
    cubes = CubeShelf(settings.cubes_mib * 2**20)
    reader = LineReader(objects, shelf, cubes, KeyShelf(objects, settings.keys_mib * 2**20))
    answers = Answers(database, clock, shelf, settings)
    projection = SnapshotProjection(database, objects, clock, shelf, settings, answers.forget_revision)
    collector = SnapshotCollector(projection, clock)
    consumers = Consumers(database, objects, clock, collector, answers.forget_revision)
    switch = Switch(database, objects, clock, shelf, settings, answers.forget_revision)
    clean_up = CleanUp(database, objects, clock, settings)
    at_hand = AtHand(database, answers, cubes, reader)
    measure = Measure(database, clock, settings)

    def unready() -> list[str]:
        return resources.bus.unready("cockpit")

    app = create_app(
        "cockpit",
        resources.verifier,
        unready,
        costs.router(answers, reader),
        detail.router(answers, reader, objects),
        vocabulary.router(database, answers, reader),
        health.router(database, answers),
        dead_letters.router(database, clock, consumers.replay),
        audit_reading.router(database),
        workers.router(database, clock),
    )
    app.state.phrases = Phrasebook()
    app.add_middleware(AskedAgain, answers=answers, verifier=resources.verifier, phrases=app.state.phrases)
    timed = jobs.table(switch, clean_up, consumers, at_hand, measure)
    return Service("cockpit", app, consumers.table(), timed, unready=unready)
