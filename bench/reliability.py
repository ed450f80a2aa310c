"""How often reports of each confidence are right: python bench/reliability.py GOLD.jsonl [--fit].

For each gold pair the report that fits its parties best is judged; those in texts without events are wrong. --fit prints
weights for `kg.events.confidence`, fitted by logistic regression with a small ridge.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np

from kg.evaluate.events import is_earlier_edition, judge, read_gold
from kg.events.confidence import WEIGHTS, confidence_of
from kg.model import Article, Report
from kg.pipeline import Tools, extract_records, open_tools

BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
RIDGE = 1.0
MARK = 1e-10
ROUNDS = 50

Observed = tuple[list[str], bool]
"""The signs of a report, and whether it is right."""


def observe(path: Path, tools: Tools) -> Iterator[Observed]:
    """The judged reports of a gold file, each with its signs."""
    pairs = read_gold(path)
    earlier = is_earlier_edition(pairs)
    seen: list[list[str]] = []

    def marked(signs: list[str]) -> float:
        """The confidence, with a mark far behind its decimals that tells which signs it was made from."""
        seen.append(signs)
        return confidence_of(signs) + len(seen) * MARK

    def signs_behind(report: Report) -> list[str]:
        return seen[round((report.confidence - round(report.confidence, 3)) / MARK) - 1]

    with patch("kg.events.coder.confidence_of", marked):
        articles = (Article(p.id, p.text, published=p.published) for p in pairs)
        for pair, record in zip(pairs, extract_records(articles, tools), strict=True):
            if pair.type is None:
                yield from ((signs_behind(report), False) for event in record.events for report in event.reports)
                continue
            judgement = judge(pair, record, earlier=earlier)
            if judgement.report is not None:
                yield signs_behind(judgement.report), judgement.is_right


def table(observed: Sequence[Observed]) -> Iterator[str]:
    """Confidence → how many reports, mean confidence, share that is right; then the expected calibration error."""
    told = np.array([confidence_of(signs) for signs, _ in observed])
    right = np.array([is_right for _, is_right in observed], dtype=float)
    yield "confidence   reports  mean   right"
    error = 0.0
    for low, high in pairwise(BINS):
        inside = (told >= low) & ((told < high) | (high == 1.0))
        if inside.any():
            mean, share = told[inside].mean(), right[inside].mean()
            error += inside.mean() * abs(mean - share)
            yield f"{low:.1f} to {high:.1f}   {inside.sum():7d}  {mean:.3f}  {share:.3f}"
    yield f"expected calibration error {error:.3f}  Brier score {((told - right) ** 2).mean():.3f}"


def fit(observed: Sequence[Observed]) -> dict[str, float]:
    """Weights by Newton's method; the ridge holds all but the constant near 0."""
    names = list(WEIGHTS)
    x = np.array([[float(name in signs) for name in names] for signs, _ in observed])
    y = np.array([float(is_right) for _, is_right in observed])
    ridge = np.diag([0.0] + [RIDGE] * (len(names) - 1))
    weights = np.zeros(len(names))
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - ridge @ weights
        weights = weights + np.linalg.solve(
            (x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(names)), gradient
        )
    return {name: round(float(w), 2) for name, w in zip(names, weights, strict=True)}


def main() -> None:
    """Print the table of all gold files given, and with --fit the weights."""
    arguments = [a for a in sys.argv[1:] if a != "--fit"]
    if not arguments:
        sys.exit(__doc__)
    tools = open_tools(guesses=False)
    observed = [o for path in arguments for o in observe(Path(path), tools)]
    for line in table(observed):
        print(line)
    if "--fit" in sys.argv:
        for name, weight in fit(observed).items():
            print(f'    "{name}": {weight},')


if __name__ == "__main__":
    main()
