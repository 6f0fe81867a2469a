"""Work on image files by all cores: answers in the order of the files, a bounded number of them in memory."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from typing import TypeVar

from registry_client.content.examine import Examined, examine_file, examine_file_with_preview
from registry_client.content.fingerprint import fingerprint_file
from registry_client.errors import ImageUnreadable, RegistryError
from registry_client.models import Fingerprint

T = TypeVar("T")
FILES_PER_TASK = 8
TASKS_PER_WORKER = 3
_FEW = 8  # below it, starting processes takes longer than the work


def fingerprint_files(
    paths: Iterable[Path], workers: int | None = None
) -> Iterator[tuple[Path, Fingerprint | RegistryError]]:
    """Fingerprint each file, in order; an error stands in a file's place. ``workers``: processes, default all cores."""
    return run_over(paths, fingerprint_file, workers)


def examine_files(
    paths: Iterable[Path], preview: bool, workers: int | None = None
) -> Iterator[tuple[Path, Examined | RegistryError]]:
    """Fingerprint, embedded metadata and preview of each file, in order."""
    return run_over(paths, examine_file_with_preview if preview else examine_file, workers)


def run_over(
    paths: Iterable[Path], function: Callable[[Path], T], workers: int | None = None
) -> Iterator[tuple[Path, T | RegistryError]]:
    """Apply a module-level function to each file; a file that kills its process is reported as ImageUnreadable."""
    count = workers or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))
    rest = iter(paths)
    first = list(islice(rest, _FEW))
    if len(first) < _FEW or count == 1:
        for path in first:
            yield path, _guarded(function, path)
        for path in rest:
            yield path, _guarded(function, path)
        return
    yield from _pooled(_chain(first, rest), function, count)


def _chain(first: list[Path], rest: Iterator[Path]) -> Iterator[Path]:
    yield from first
    yield from rest


def _pooled(
    paths: Iterator[Path], function: Callable[[Path], T], workers: int
) -> Iterator[tuple[Path, T | RegistryError]]:
    waiting: deque[tuple[list[Path], Future[list[T | RegistryError]]]] = deque()
    pool = _pool(workers)
    if not _starts(pool):  # no process can be started from here, e.g. from a script on standard input
        pool.shutdown(wait=False)
        yield from ((path, _guarded(function, path)) for path in paths)
        return
    try:
        while True:
            while len(waiting) < workers * TASKS_PER_WORKER and (task := list(islice(paths, FILES_PER_TASK))):
                try:
                    waiting.append((task, pool.submit(_apply, function, task)))
                except BrokenProcessPool:
                    pool = _pool(workers)
                    waiting.append((task, pool.submit(_apply, function, task)))
            if not waiting:
                return
            task, future = waiting.popleft()
            try:
                answers = future.result()
            except BrokenProcessPool:
                answers = [_alone(function, path) for path in task]
            yield from zip(task, answers, strict=True)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver" if os.name == "posix" else "spawn")
    if os.name == "posix":
        context.set_forkserver_preload(["registry_client.content.examine"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_parent)


def _starts(pool: ProcessPoolExecutor) -> bool:
    try:
        return pool.submit(os.getpid).result() > 0
    except BrokenProcessPool:
        return False


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _apply(function: Callable[[Path], T], paths: list[Path]) -> list[T | RegistryError]:
    return [_guarded(function, path) for path in paths]


def _guarded(function: Callable[[Path], T], path: Path) -> T | RegistryError:
    try:
        return function(path)
    except RegistryError as error:
        return error
    except MemoryError:
        return ImageUnreadable(f"{path}: not enough memory to decode it")
    except Exception as error:  # one file's surprise must not end a call over thousands
        return ImageUnreadable(f"{path}: it cannot be read ({type(error).__name__}); please report the file")


def _alone(function: Callable[[Path], T], path: Path) -> T | RegistryError:
    """In a process of its own: one file's crash must not take others along."""
    with _pool(1) as pool:
        try:
            return pool.submit(_guarded, function, path).result()
        except BrokenProcessPool:
            return ImageUnreadable(f"{path}: decoding it killed the process; the file is damaged or hostile")
