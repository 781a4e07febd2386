"""What the goals of one run share: bills, platforms and interleaved rounds, each made when first asked for."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from bench import generate, wire
from bench.generate import Bill
from bench.measure import Cost, run_apart
from bench.platforms import BEFORE, Grounds, Ingest, Server, grounds, ingest, one_process, publish_policy


@dataclass
class Rounds:
    """One entry per round; the four were run one after the other in each."""

    full: list[Cost] = field(default_factory=list)
    row: list[Cost] = field(default_factory=list)
    kafka: list[Ingest] = field(default_factory=list)
    in_process: list[Ingest] = field(default_factory=list)


@dataclass
class Session:
    rows: int
    rounds_wanted: int
    is_short: bool
    stack: ExitStack
    _live: Server | None = None
    _has_month_before: bool = False

    @cached_property
    def bill(self) -> Bill:
        say(f"the bill of {self.rows:,} lines as Parquet")
        return generate.parquet_bill(self.rows)

    @cached_property
    def csv_bill(self) -> Bill:
        rows = min(self.rows, 300_000) if self.is_short else self.rows
        say(f"a bill of {rows:,} lines as gzip CSV")
        return generate.csv_bill(rows)

    @cached_property
    def grounds(self) -> Grounds:
        say("starting PostgreSQL")
        return self.stack.enter_context(grounds())

    @cached_property
    def rounds(self) -> Rounds:
        done, bill = Rounds(), self.bill
        for number in range(self.rounds_wanted):
            say(f"round {number + 1} of {self.rounds_wanted}: DuckDB, processes over Kafka, one process")
            done.full.append(run_apart("bench.yardsticks.duck", "full", "parquet", bill.glob))
            if number < self.rounds_wanted - 1:
                with self.grounds.processes() as server:
                    done.kafka.append(ingest(server, bill))
            else:  # the last platform stays for the goals that ask it questions
                self._live = self.stack.enter_context(self.grounds.processes())
                done.kafka.append(ingest(self._live, bill))
            done.row.append(run_apart("bench.yardsticks.duck", "row", "parquet", bill.glob))
            with one_process() as server:
                done.in_process.append(ingest(server, bill))
        return done

    @cached_property
    def live_server(self) -> Server:
        """A platform of processes that holds the bill."""
        assert self.rounds.kafka
        assert self._live is not None
        return self._live

    def month_before(self) -> None:
        """Bring the month before the bill's into the live platform: as many roll-up rows from fewer lines."""
        if self._has_month_before:
            return
        server = self.live_server
        _ = self.wire  # what the bill left there, before there is more
        say("the month before, too")
        before = generate.parquet_bill(max(200_000, self.rows // 5), month=generate.MONTH_BEFORE)
        server.platform.add_bill(before.folder, BEFORE)
        server.platform.ingest(BEFORE)
        self._has_month_before = True

    @contextmanager
    def finder_at_work(self) -> Iterator[None]:
        """The tag finder judges the live platform's bill again and again, and suggestions are asked for."""
        is_over = threading.Event()

        def ask() -> None:
            with self.live_server.platform.client() as client:
                while not is_over.wait(1.0):
                    client.post("/api/compliance/v1/scan").raise_for_status()
                    client.get("/api/attribution/v1/suggestions").raise_for_status()

        with self.live_server.platform.client() as client:
            publish_policy(client)
        asking = threading.Thread(target=ask)
        asking.start()
        try:
            yield
        finally:
            is_over.set()
            asking.join()

    @cached_property
    def wire(self) -> dict[str, wire.Topic]:
        """The cost topics as the live platform's ingest left them."""
        assert self.live_server.broker is not None
        return wire.topics(self.live_server.broker.bootstrap)


def say(what: str) -> None:
    """Progress, on stderr so that the table can be piped."""
    print(f"bench {time.strftime('%H:%M:%S')} {what} (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
