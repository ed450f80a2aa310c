"""Triple stores of other makers, started for tests on free ports of the loopback: Oxigraph, Virtuoso, Jena's TDB2."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kg.endpoint import Login
from kg.graph.store import Store

JAVA_LIBRARIES = Path("/usr/share/java")
CLASHING = re.compile(r"log4j-over|slf4j-(log4j12|jdk14|simple|jcl)|maven|jcl-over|jul-to")
START_SECONDS = 90.0


@dataclass
class Running:
    """A store that can be reached, killed and started again on the same data."""

    kind: str
    address: str
    command: list[str]
    port: int
    folder: Path
    login: Login | None = None
    sql_port: int = 0
    """Where Virtuoso listens to its own client."""
    environment: dict[str, str] | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it listens. :raises RuntimeError: when it does not."""
        with (self.folder / "output").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"{self.kind} did not start: {(self.folder / 'output').read_text()[-500:]}")

    def stop(self, *, kill: bool = False) -> None:
        """Stops it, or kills it as a power cut would."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(store: Running) -> Iterator[Running]:
    store.start()
    try:
        yield store
    finally:
        store.stop()


def find_program(name: str) -> str | None:
    """A program beside the running Python, or else on the path."""
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return shutil.which(name, path=os.pathsep.join(places))


@contextmanager
def oxigraph() -> Iterator[Running]:
    """An empty Oxigraph server whose default graph is the union of all."""
    program = find_program("oxigraph")
    if program is None:
        pytest.skip("no oxigraph executable; install it with: pip install oxigraph")
    with TemporaryDirectory(prefix="oxigraph-") as folder:
        port = free_port()
        command = [
            program,
            "serve",
            "--location",
            f"{folder}/data",
            "--bind",
            f"127.0.0.1:{port}",
            "--union-default-graph",
        ]
        with _running(Running("oxigraph", f"http://127.0.0.1:{port}", command, port, Path(folder))) as store:
            yield store


VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CaseMode = 2
DirsAllowed = {readable}
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
ThreadsPerQuery = 2
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
"""


@contextmanager
def virtuoso(readable: Path | None = None) -> Iterator[Running]:
    """An empty Virtuoso 7 with its first user, which may read the files of a folder."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("no virtuoso-t; install it with: apt-get install virtuoso-opensource-7")
    with TemporaryDirectory(prefix="virtuoso-") as folder:
        port, sql_port = free_port(), free_port()
        ini = Path(folder, "virtuoso.ini")
        ini.write_text(VIRTUOSO_INI.format(folder=folder, port=port, sql_port=sql_port, readable=readable or folder))
        login = Login("digest", "dba", "dba")
        command = [program, "-f", "-c", str(ini)]
        with _running(
            Running("virtuoso", f"http://127.0.0.1:{port}", command, port, Path(folder), login, sql_port)
        ) as store:
            yield store


def jena_class_path(folder: Path) -> str:
    """The class path of Jena as Debian packages it, with the messages of its parser put where it looks for them."""
    core = JAVA_LIBRARIES / "jena-core.jar"
    if shutil.which("java") is None or not core.exists():
        pytest.skip("Apache Jena is not installed")
    packaged = "org/apache/jena/ext/"
    with zipfile.ZipFile(core) as jar:
        for name in jar.namelist():
            if name.startswith(packaged + "xerces/") and name.endswith(".properties"):
                target = folder / name.removeprefix(packaged)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    jars = (str(jar) for jar in sorted(JAVA_LIBRARIES.glob("*.jar")) if not CLASHING.search(jar.name))
    return ":".join((str(folder), *jars))


@contextmanager
def jena() -> Iterator[Running]:
    """Jena's TDB2 at Fuseki's addresses, with a user."""
    if shutil.which("javac") is None:
        pytest.skip("no Java compiler; install it with: apt-get install default-jdk-headless")
    with TemporaryDirectory(prefix="jena-") as folder:
        port = free_port()
        source = Path(__file__).parent / "jena" / "DatasetServer.java"
        classes = jena_class_path(Path(folder))
        command = ["java", "-cp", classes, str(source), f"{folder}/data", str(port), "kg", "jena password"]
        login = Login("basic", "kg", "jena password")
        with _running(Running("fuseki", f"http://127.0.0.1:{port}/kg", command, port, Path(folder), login)) as store:
            yield store


@contextmanager
def kg_serve(kind: str = "kg") -> Iterator[Running]:
    """Our own server with an empty store, taking updates; as what it is, or as any endpoint of SPARQL 1.1."""
    with TemporaryDirectory(prefix="kg-serve-") as folder:
        port = free_port()
        Store.open(Path(folder, "store")).close()
        command = [
            sys.executable,
            "-m",
            "kg",
            "serve",
            "--store",
            f"{folder}/store",
            "--port",
            str(port),
            "--allow-update",
        ]
        login = Login("bearer", "", "a token for the tests of pushing".replace(" ", "-"))
        environment = {**os.environ, "KG_SERVE_TOKEN": login.secret}
        store = Running(
            kind,
            f"http://127.0.0.1:{port}{'' if kind == 'kg' else '/sparql'}",
            command,
            port,
            Path(folder),
            login,
            environment=environment,
        )
        with _running(store):
            yield store


STORES: Mapping[str, Callable[[], AbstractContextManager[Running]]] = {
    "oxigraph": oxigraph,
    "virtuoso": virtuoso,
    "jena": jena,
    "kg": kg_serve,
    "generic": partial(kg_serve, "generic"),
}
"""The stores that the compliance suite runs on, by name."""
