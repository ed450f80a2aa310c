"""The engines: Oxigraph server processes on a snapshot, each evaluating one query at a time.

Oxigraph's own time limit is looked at only while the database is read: a cross product or a sort of what is in memory
goes on, and closing the connection does not end it either. A process can always be ended, and with one query in each
nobody else's is lost.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from kg.errors import RequestRefused, ServeError
from kg.serve.answers import Answer, Body
from kg.serve.rows import COUNTINGS, RowCounter
from kg.serve.settings import MEBIBYTE, Settings

START_SECONDS = 30.0
_TRIES = 5
_COUNTED_ALWAYS = 1 << 15
"""Bytes of answers whose rows are always counted exactly."""
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Call:
    """A request to an engine: its path, form fields and the media types that are understood."""

    path: str
    fields: tuple[tuple[str, str], ...]
    accept: str


def find_engine() -> str:
    """The `oxigraph` executable, beside the running Python or on the path.

    :raises ServeError: when there is none.
    """
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    found = shutil.which("oxigraph", path=os.pathsep.join(places))
    if found is None:
        raise ServeError("the oxigraph executable is missing; install it with: pip install oxigraph")
    return found


def _before_start(memory: int, parent: int) -> Callable[[], None]:
    """What a new engine does first: bound its memory, and ask to end when we end, however we do."""

    def prepare() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
        if memory:
            resource.setrlimit(resource.RLIMIT_DATA, (memory * MEBIBYTE, memory * MEBIBYTE))
        os.setsid()

    return prepare


class Engine:
    """One engine process that listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self.port = process, port

    @classmethod
    async def start(cls, location: Path, memory: int, *, mode: str = "serve-read-only") -> Engine:
        """An engine on the database in a folder. Another process can take a free port first, hence the tries.

        :raises ServeError: when it does not come to listen.
        """
        executable = find_engine()
        told = ""
        for _ in range(_TRIES):
            port = _free_port()
            command = [executable, mode, "--location", str(location), "--bind", f"127.0.0.1:{port}"]
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                preexec_fn=_before_start(memory, os.getpid()),
            )
            try:
                told = await _first_line(process)
            except BaseException:
                process.kill()
                process.wait()
                raise
            if "Listening" in told:
                return cls(process, port)
            process.kill()
            process.wait()
            if "in use" not in told:
                break
        raise ServeError(f"the engine does not start: {told or 'it says nothing'}")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once; what it evaluates is lost."""
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def end(self) -> None:
        """End it in an orderly way."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=10)
        self.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _first_line(process: subprocess.Popen[bytes]) -> str:
    """What a process says first. An engine says hardly more; if it filled the pipe it would be stopped by its time limit."""
    loop = asyncio.get_running_loop()
    assert process.stderr is not None
    readable: asyncio.Future[None] = loop.create_future()
    file = process.stderr.fileno()

    def on_readable() -> None:
        if not readable.done():
            readable.set_result(None)

    loop.add_reader(file, on_readable)
    try:
        async with asyncio.timeout(START_SECONDS):
            await readable
    except TimeoutError:
        return ""
    finally:
        loop.remove_reader(file)
    return " ".join(os.read(file, 4096).decode(errors="replace").split())[:300]


class EnginePool:
    """The engines of one snapshot: as many as are asked at once, started when needed."""

    def __init__(self, location: Path, settings: Settings, session: aiohttp.ClientSession) -> None:
        self._location, self._settings, self._session = location, settings, session
        self._idle: list[Engine] = []
        self._all: set[Engine] = set()

    @property
    def pids(self) -> list[int]:
        """The process ids of its engines."""
        return [engine.pid for engine in self._all]

    async def warm(self) -> None:
        """Start an engine, so that a fault in starting one is told at once."""
        engine, _ = await self._take()
        self._idle.append(engine)

    def close(self) -> None:
        """End all engines."""
        for engine in self._all:
            engine.kill()
        self._all.clear()
        self._idle.clear()

    async def ask(self, call: Call) -> Answer:
        """The complete answer of an engine. Whatever goes wrong, the engine that evaluates is ended.

        One that has waited may have died meanwhile without our knowing, so that another one is asked if it fails.

        :raises RequestRefused: when it takes too long, gives too much, or the engine dies of it.
        """
        try:
            async with asyncio.timeout(self._settings.time_limit):
                while True:
                    engine, is_new = await self._take()
                    try:
                        return await self._ask_and_put_back(engine, call)
                    except aiohttp.ClientError:
                        if is_new:
                            raise
        except TimeoutError as error:
            told = f"the query took longer than {self._settings.time_limit:g} s and was stopped; ask for less"
            raise RequestRefused(503, told, Retry_After="60") from error
        except aiohttp.ClientError as error:
            memory = self._settings.memory
            reason = f"it may need more than {memory} MiB of memory" if memory else "it may need too much memory"
            raise RequestRefused(
                503, f"the query ended its engine: {reason}; ask for less", Retry_After="60"
            ) from error

    async def _ask_and_put_back(self, engine: Engine, call: Call) -> Answer:
        finished = False
        try:
            answer = await self._ask(engine, call)
            finished = True
            return answer
        finally:
            if finished:
                self._idle.append(engine)
            else:
                self._all.discard(engine)
                engine.kill()

    async def _take(self) -> tuple[Engine, bool]:
        """An engine that nobody asks anything, and whether it has just been started."""
        while self._idle:
            engine = self._idle.pop()
            if engine.is_alive:
                return engine, False
            self._all.discard(engine)
            engine.kill()
        engine = await Engine.start(self._location, self._settings.memory)
        self._all.add(engine)
        return engine, True

    async def _ask(self, engine: Engine, call: Call) -> Answer:
        url = f"http://127.0.0.1:{engine.port}{call.path}"
        async with self._session.post(url, data=call.fields, headers={"Accept": call.accept}) as response:
            media_type = response.content_type
            if response.status != 200 or media_type not in COUNTINGS:
                return await self._plain(response)
            rows = RowBound(media_type, self._settings)
            async for chunk in response.content.iter_any():
                await rows.add(chunk)
            return Answer(response.status, media_type, rows.body, await rows.total())

    async def _plain(self, response: aiohttp.ClientResponse) -> Answer:
        body = Body()
        async for chunk in response.content.iter_any():
            body.add(chunk)
        return Answer(response.status, response.content_type, body)


class RowBound:
    """A body that grows no further than the bounds on rows and bytes allow."""

    def __init__(self, media_type: str, settings: Settings) -> None:
        self.body = Body()
        self._counter = RowCounter(media_type)
        self._most, self._most_bytes = settings.max_rows, settings.max_answer_bytes
        self._look_again_at = 0

    async def add(self, chunk: bytes) -> None:
        """Append bytes. :raises RequestRefused: when that makes too many of them or too many rows."""
        self.body.add(chunk)
        rows = self._counter.add(chunk)
        if self.body.size > self._most_bytes:
            raise RequestRefused(422, f"the answer is larger than {self._most_bytes} bytes; add LIMIT and OFFSET")
        # Counting exactly reads the whole body: not for each chunk of an answer whose values look like separators.
        if rows > self._most and self.body.size >= self._look_again_at:
            self._look_again_at = self.body.size + self.body.size // 2
            await self._count()

    async def total(self) -> int:
        """The rows of the complete body; of large JSON and CSV that is the bound.

        :raises RequestRefused: when there are too many, or the engine broke off.
        """
        if not self._counter.is_complete:
            last = self.body.whole()[-300:].decode(errors="replace").rpartition("}")[2].rpartition(">")[2]
            raise RequestRefused(500, f"the query failed half-way: {' '.join(last.split()) or 'the engine broke off'}")
        if self.body.size < _COUNTED_ALWAYS or self._counter.bound > self._most:
            await self._count()
        return self._counter.bound

    async def _count(self) -> None:
        for _ in self._counter.exact(self.body.chunks()):
            await asyncio.sleep(0)
        if self._counter.bound > self._most:
            told = f"the answer has more than {self._most} rows; add LIMIT and OFFSET, or ask for less"
            raise RequestRefused(422, told)
