"""From a date to a folder: the one place where world, statements, layout and documents come together."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

from fincc.ingestion.demo import DemoTotals, Progress
from fincc.ingestion.demo.columns import ResourceColumns, report
from fincc.ingestion.demo.commitments import terms_between
from fincc.ingestion.demo.documents import catalog, hierarchy, policy, rules, to_yaml
from fincc.ingestion.demo.layout import PREFIX, REPORT, schedule, write_assembly
from fincc.ingestion.demo.statement import statement
from fincc.ingestion.demo.story import Story
from fincc.ingestion.demo.totals import totals
from fincc.ingestion.demo.world import build_world

TOTALS = "expected-totals.json"


def write_bill(out_dir: Path, as_of: date, progress: Progress | None = None) -> DemoTotals:
    story = Story(as_of)
    world = build_world(story)
    terms = terms_between(story.periods[0].start, story.last_day, world.slots)
    resources = ResourceColumns.of(world)
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / TOTALS).unlink(missing_ok=True)  # written last: a folder without it holds no complete bill
    if (out_dir / PREFIX / REPORT).exists():
        shutil.rmtree(out_dir / PREFIX / REPORT)
    for name, document in (
        ("hierarchy", hierarchy()),
        ("catalog", catalog()),
        ("rules", rules()),
        ("policy", policy()),
    ):
        (out_dir / f"{name}.yaml").write_text(to_yaml(document), encoding="utf-8")
    assemblies, current = schedule(story), {}
    for done, assembly in enumerate(assemblies, 1):
        lines = statement(world, terms, assembly.period, assembly.until, assembly.is_restated)
        write_assembly(out_dir, assembly, report(lines, resources, terms, assembly.period, assembly.invoice))
        current[assembly.period] = lines
        if progress:
            progress(done, len(assemblies))
    found = totals(story, sorted(current.items()))
    (out_dir / TOTALS).write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    return found
