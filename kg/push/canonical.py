"""N-Triples with canonical blank nodes (RDFC-1.0, https://www.w3.org/TR/rdf-canon/), made by a process that can be ended.

The algorithm takes exponential time on graphs made for it, and the library that has it cannot be interrupted.
`python -m kg.push.canonical` reads N-Triples from standard input and writes them to standard output.
"""

from __future__ import annotations

import subprocess
import sys

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

SECONDS = 60.0
MEMORY = 4 << 30
"""Bytes that the process may take, where the system can bound it."""


def canonical_lines(data: bytes) -> list[bytes] | None:
    """The lines of a graph in N-Triples with its blank nodes named canonically; None when that takes too much.

    >>> canonical_lines(b"_:x <urn:p> _:y .\\n")
    [b'_:c14n1 <urn:p> _:c14n0 .\\n']
    """
    command = [sys.executable, "-m", __name__]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return run.stdout.splitlines(keepends=True)


def main() -> None:
    """Reads, names and writes."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass
    dataset = Dataset(parse(sys.stdin.buffer.read(), format=RdfFormat.N_TRIPLES))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    for quad in dataset:
        sys.stdout.buffer.write(f"{quad.triple} .\n".encode())


if __name__ == "__main__":
    main()
