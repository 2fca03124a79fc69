"""The audit as a whole: read and sort, prove chains, reconcile settlement; each step on several processes."""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from tools.auditing import anchors as anchoring
from tools.auditing.arrivals import ArrivalRecord, judge
from tools.auditing.chains import Left, prove
from tools.auditing.exports import DataFile, Export, all_files, read_items, refuse_gaps
from tools.auditing.findings import Finding
from tools.auditing.items import ItemRecord, spill
from tools.auditing.legs import SettlingRecord
from tools.auditing.losses import read_losses
from tools.auditing.runs import Writer, sorted_records
from tools.auditing.settlements import Bounds, conserved, reconcile
from tools.auditing.tables import Segment, read_segment
from tools.auditing.tally import Tally

PARTITIONS = 8
"""Shares of the accounts that are proven apart; each is a stream of its own: more of them only spread the work."""
TOLD_EVERY = 500
IN_FLIGHT_MS = 15 * 60 * 1000
"""Younger than this, half of a settlement is under way; settlement takes a second, and alarms at five minutes."""
SMALL = 20_000
"""So few items are faster proven in this process than other processes are started."""

Source = DataFile | Segment
Result = TypeVar("Result")


class Watching(Protocol):
    """Who is told how far the audit is."""

    def stage(self, name: str, total: int) -> None:
        """A step begins, of about so many things."""

    def at(self, done: int) -> None:
        """So many of them are done."""


class Asked(NamedTuple):
    """What is to be audited: where from, whether that is the whole ledger, as of when (ms), about how many items.

    ``losses`` are lists of what restores have lost; with ``restored_to`` (ms) another one is made.
    """

    sources: Sequence[Source]
    whole: bool
    as_of: int
    items: int
    in_flight_ms: int = IN_FLIGHT_MS
    anchors: Path | None = None
    workers: int = 2
    losses: Sequence[Path] = ()
    restored_to: int = 0


class Audited(NamedTuple):
    """What came out: the tally, what is open per unit, seconds, and the largest process in MB."""

    tally: Tally
    open: Counter[str]
    seconds: float
    peak_mb: float
    judged: bool


class _Silent:
    def stage(self, name: str, total: int) -> None:
        """Nobody watches."""

    def at(self, done: int) -> None:
        """Nobody watches."""


_counter: Any = None
"""How many things the step has done, over all processes."""


def _begin_worker(counter: Any) -> None:
    global _counter  # noqa: PLW0603 - a process has one
    _counter = counter


def _told() -> Iterator[None]:
    """Counts what is done, now and then, where all processes see it."""
    done = 0
    try:
        while True:
            yield
            done += 1
            if done == TOLD_EVERY:
                _add(done)
                done = 0
    finally:
        _add(done)


def _add(done: int) -> None:
    if _counter is not None:
        with _counter.get_lock():
            _counter.value += done


def _read_source(source: Source, work: Path) -> tuple[Tally, float]:
    tally, writer, told = Tally(), Writer(work / "items", PARTITIONS), _told()
    found: Iterator[ItemRecord | Finding]
    found = read_items(source) if isinstance(source, DataFile) else read_segment(source)
    for item in found:
        if isinstance(item, Finding):
            tally.findings.add(item)
        else:
            spill(writer, item, PARTITIONS)
            tally.counts["items"] += 1
            next(told)
    writer.flush()
    told.close()  # type: ignore[attr-defined]
    return tally, _peak_mb()


def _read_anchors(folder: Path, work: Path) -> tuple[Tally, float]:
    return _read_beside(anchoring.read_anchors(folder), work)


def _read_losses(path: Path, work: Path) -> tuple[Tally, float]:
    return _read_beside(read_losses(path), work)


def _read_beside(found: Iterable[ItemRecord | Finding], work: Path) -> tuple[Tally, float]:
    """What is laid beside the entries that it names."""
    tally, writer = Tally(), Writer(work / "items", PARTITIONS)
    for item in found:
        if isinstance(item, Finding):
            tally.findings.add(item)
        else:
            spill(writer, item, PARTITIONS)
    writer.flush()
    return tally, _peak_mb()


def _prove_partition(partition: int, work: Path, bounds: Bounds) -> tuple[Tally, float]:
    left, told = Left(Writer(work / "legs", PARTITIONS), Writer(work / "arrivals", PARTITIONS)), _told()
    records = sorted_records(work / "items", partition, ItemRecord)
    tally = prove(records, left, PARTITIONS, bounds=bounds, told=told)
    for writer in left:
        writer.flush()
    told.close()  # type: ignore[attr-defined]
    return tally, _peak_mb()


def _reconcile_partition(partition: int, work: Path, bounds: Bounds) -> tuple[Tally, Counter[str], float]:
    told = _told()
    tally, open_ = reconcile(sorted_records(work / "legs", partition, SettlingRecord), bounds, told)
    for finding in judge(sorted_records(work / "arrivals", partition, ArrivalRecord)):
        tally.findings.add(finding)
    told.close()  # type: ignore[attr-defined]
    return tally, open_, _peak_mb()


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def audit(asked: Asked, exports: Sequence[Export] = (), watching: Watching | None = None) -> Audited:
    """Audits the whole; reading that finds the sources damaged ends there, because nothing else could be believed.

    Raises:
        Unreadable: a table, the anchors or a list of losses cannot be read at all.
    """
    began, told = time.monotonic(), watching or _Silent()
    tally, open_ = Tally(), Counter[str]()
    for export in exports:
        for finding in export.findings:
            tally.findings.add(finding)
    with _work_folder() as work, _pool(asked) as pool:
        peaks = [_peak_mb()]
        told.stage("Reading", asked.items)
        steps: list[tuple[Callable[..., Any], Any]] = [(_read_source, source) for source in asked.sources]
        if asked.anchors is not None:
            steps.append((_read_anchors, asked.anchors))
        steps += [(_read_losses, path) for path in asked.losses]
        for part, peak in pool([(do, (what, work)) for do, what in steps], told):
            tally.merge(part)
            peaks.append(peak)
        judged = not any(code.startswith("export_") for code in tally.findings.counts)
        if judged:
            told.stage("Proving chains", tally.counts["items"])
            live = next((source.live for source in asked.sources if isinstance(source, Segment)), None)
            bounds = Bounds(asked.as_of - asked.in_flight_ms, asked.whole, asked.restored_to, live)
            parts = [(_prove_partition, (partition, work, bounds)) for partition in range(PARTITIONS)]
            for part, peak in pool(parts, told):
                tally.merge(part)
                peaks.append(peak)
            shutil.rmtree(work / "items", ignore_errors=True)
            told.stage("Reconciling settlement", tally.counts["legs"])
            joins = [(_reconcile_partition, (partition, work, bounds)) for partition in range(PARTITIONS)]
            for part, some, peak in pool(joins, told):
                tally.merge(part)
                for unit, amount in some.items():
                    open_[unit] += amount
                peaks.append(peak)
            for finding in conserved(tally.worth, open_) if asked.whole else ():
                tally.findings.add(finding)
    return Audited(tally, open_, time.monotonic() - began, max(peaks), judged)


@contextmanager
def _work_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        yield Path(folder)


_Calls = Sequence[tuple[Callable[..., Any], tuple[Any, ...]]]
_Pool = Callable[[_Calls, Watching], Iterator[Any]]


@contextmanager
def _pool(asked: Asked) -> Iterator[_Pool]:
    """What carries out calls on several processes, or one after another here where that is faster."""
    if asked.workers <= 1 or asked.items <= SMALL:
        yield _here
        return
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    executor = ProcessPoolExecutor(asked.workers, context, initializer=_begin_worker, initargs=(counter,))
    try:

        def there(calls: _Calls, told: Watching) -> Iterator[Any]:
            with counter.get_lock():
                counter.value = 0
            waiting: set[Future[Any]] = {executor.submit(do, *what) for do, what in calls}
            while waiting:
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                told.at(counter.value)
                for future in done:
                    yield future.result()

        yield there
    finally:
        executor.shutdown(cancel_futures=True)


def _here(calls: _Calls, told: Watching) -> Iterator[Any]:
    done = 0
    for do, what in calls:
        result = do(*what)
        done += sum(result[0].counts[name] for name in ("items", "entries", "settled"))
        told.at(done)
        yield result


def asked_of(exports: Sequence[Export], **how: Any) -> Asked:
    """What is asked of exports together, as of when the last of them ends; ``how`` are the other fields of Asked.

    Raises:
        Unreadable: they are not one table's without a hole between them.
    """
    refuse_gaps(exports)
    whole = any(not export.incremental for export in exports)
    as_of, items = max(export.at for export in exports), sum(export.items for export in exports)
    return Asked(all_files(exports), whole, as_of, items, **how)
