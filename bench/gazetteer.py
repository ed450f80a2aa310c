"""A gazetteer of two million names: how fast it opens and looks a name up, and how much memory that takes."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.entities.compile_gazetteer import compile_gazetteer
from kg.entities.gazetteer import Gazetteer, default_gazetteer_path
from kg.entities.tables import COLUMNS

NAMES = 2_000_000
LOOK_UPS = 20_000
_SYLLABLES = "ba de fi go ku la me ni po ru sa te vi wo za".split()


def name_of(number: int) -> str:
    """A made-up name, another one for each number."""
    syllables = []
    for _ in range(6):
        number, place = divmod(number, len(_SYLLABLES))
        syllables.append(_SYLLABLES[place])
    return f"{''.join(syllables[:3]).title()} {''.join(syllables[3:]).title()}"


def write_tables(folder: Path, names: int) -> None:
    """A table of organisations with a name and an alias each, as many as give that many names."""
    columns = COLUMNS["organisations"]
    with (folder / "organisations.tsv").open("w", encoding="utf-8") as file:
        file.write("\t".join(columns) + "\n")
        for n in range(names // 2):
            file.write(f"Q{n + 1}\t{name_of(2 * n)}\t{name_of(2 * n + 1)}\t\t\t\tbench\n")


def opening(*paths: Path) -> tuple[float, float]:
    """Seconds to open gazetteers and look one name up in a new process, imports aside, and the megabytes that took."""
    code = (
        "import resource, sys, time; from pathlib import Path; from kg.entities.gazetteer import Gazetteer\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; began = time.perf_counter()\n"
        "Gazetteer.open(*map(Path, sys.argv[1:])).find('France')\n"
        "print(time.perf_counter() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)"
    )
    out = subprocess.run([sys.executable, "-c", code, *map(str, paths)], check=True, capture_output=True, text=True)
    seconds, megabytes = out.stdout.split()
    return float(seconds), float(megabytes)


def looking_up(gazetteer: Gazetteer, names: list[str]) -> float:
    """Microseconds that a look-up takes on average, each name for the first time."""
    began = time.perf_counter()
    for name in names:
        gazetteer.find(name)
    return (time.perf_counter() - began) / len(names) * 1e6


def main() -> None:
    """Print every figure for the gazetteer that comes with kg, and with two million names more."""
    own = default_gazetteer_path()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_tables(folder, NAMES)
        began = time.perf_counter()
        compile_gazetteer(folder, folder / "big.sqlite", complete=False)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"compiling {NAMES:,} names: {time.perf_counter() - began:.0f} s, peak memory {peak:,.0f} MB")
        chosen = random.Random(1).sample(range(NAMES), LOOK_UPS)
        for what, paths in (("kg's own", [own]), ("with two million more", [own, folder / "big.sqlite"])):
            seconds, megabytes = opening(*paths)
            gazetteer = Gazetteer.open(*paths)
            found = looking_up(gazetteer, [name_of(n) for n in chosen])
            missed = looking_up(gazetteer, [f"{name_of(n)} x" for n in chosen])
            gazetteer.close()
            size = sum(path.stat().st_size for path in paths) / 1e6
            print(
                f"{what} ({size:,.0f} MB): opens in {seconds * 1000:.1f} ms and {megabytes:.1f} MB, "
                f"a look-up takes {found:.0f} µs, one in vain {missed:.0f} µs"
            )


if __name__ == "__main__":
    main()
