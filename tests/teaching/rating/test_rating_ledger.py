"""Ratings on disk: nothing acknowledged is lost, whoever is killed, however many write at once."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time

import pytest

from i2moe_core.errors import InputError
from i2moe_core.teaching.rating import ledger
from i2moe_core.teaching.rating.ledger import Rating, add_rating, mark_unblinded, read_ledger

WRITER = """
import sys
from pathlib import Path
from i2moe_core.teaching.rating.ledger import Rating, add_rating
path, rater, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
for item in range(count):
    add_rating(path, Rating(item, rater, 1 + item % 5, "comment " * 20))
    print(item, flush=True)
"""


def writer(path, rater, count):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), rater, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "study" / "ratings.jsonl"
    assert read_ledger(path).ratings == ()
    add_rating(path, Rating(3, " R1 ", 4, "it\nfits, 中文"))
    add_rating(path, Rating(0, "R2", 1))
    found = read_ledger(path)
    assert [(r.item, r.rater, r.score, r.comment) for r in found.ratings] == [
        (3, "R1", 4, "it\nfits, 中文"), (0, "R2", 1, ""),
    ]  # fmt: skip
    assert all(r.at.endswith("+00:00") for r in found.ratings)
    assert len(path.read_text("utf-8").splitlines()) == 2


def test_a_second_thought_counts_and_the_first_stays(tmp_path):
    path = tmp_path / "r.jsonl"
    for score in (2, 5):
        add_rating(path, Rating(0, "R1", score))
    found = read_ledger(path)
    assert [r.score for r in found.ratings] == [2, 5]
    assert found.latest()["R1", 0].score == 5


@pytest.mark.parametrize(
    "rating",
    [Rating(0, "", 3), Rating(0, "x" * 25, 3), Rating(0, "R", 0), Rating(0, "R", 6), Rating(-1, "R", 3)],
)
def test_what_is_no_rating_is_refused(rating, tmp_path):
    with pytest.raises(InputError):
        add_rating(tmp_path / "r.jsonl", rating)
    assert not (tmp_path / "r.jsonl").exists()


def test_a_torn_last_line_is_skipped_and_the_next_rating_is_whole(tmp_path):
    path = tmp_path / "r.jsonl"
    add_rating(path, Rating(0, "R1", 4))
    whole = path.read_bytes()
    add_rating(path, Rating(1, "R1", 5))
    line = path.read_bytes()[len(whole) :]
    for cut in range(1, len(line)):
        path.write_bytes(whole + line[:cut])
        # A line that lacks only its end of line is a rating that was not acknowledged, but is whole.
        assert len(read_ledger(path).ratings) == (2 if cut == len(line) - 1 else 1)
        add_rating(path, Rating(2, "R1", 1))
        found = read_ledger(path)
        assert [r.item for r in found.ratings if r.item != 1] == [0, 2]
        assert found.unreadable == (0 if cut == len(line) - 1 else 1)


def test_foreign_lines_are_counted_and_skipped(tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'[1]\n"x"\n{"item": "a", "rater": "R", "score": 3}\n\xff\xfe\n\n')
    add_rating(path, Rating(0, "R1", 4))
    assert len(read_ledger(path).ratings) == 1
    assert read_ledger(path).unreadable == 4


def test_a_full_disk_adds_nothing(tmp_path, monkeypatch):
    path = tmp_path / "r.jsonl"
    add_rating(path, Rating(0, "R1", 4))
    before = path.read_bytes()

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        add_rating(path, Rating(1, "R1", 5))
    assert path.read_bytes() == before


def test_a_rating_is_on_the_disk_before_it_is_acknowledged(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    path = tmp_path / "r.jsonl"

    def noted(handle):
        if stat.S_ISREG(os.fstat(handle).st_mode):
            synced.append(path.read_bytes())
        real(handle)

    monkeypatch.setattr(ledger.os, "fsync", noted)
    add_rating(path, Rating(0, "R1", 4))
    assert synced == [path.read_bytes()]


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_writer_loses_nothing_that_was_acknowledged(tmp_path, seed):
    path = tmp_path / "r.jsonl"
    process = writer(path, "R1", 10_000)
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0.005, 0.25))
    os.kill(process.pid, signal.SIGKILL)
    said = process.stdout.read().split()
    process.wait()
    process.stdout.close()
    acknowledged = [int(word) for word in said if word.isdigit()]
    kept = [rating.item for rating in read_ledger(path).ratings]
    assert set(acknowledged) <= set(kept)
    assert len(kept) <= len(acknowledged) + 1
    add_rating(path, Rating(99_999, "R2", 3))  # the lock went with the process
    assert read_ledger(path).ratings[-1].item == 99_999


def test_writers_of_several_processes_do_not_disturb_each_other(tmp_path):
    path, count = tmp_path / "r.jsonl", 40
    processes = [writer(path, f"R{n}", count) for n in range(4)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    found = read_ledger(path)
    assert found.unreadable == 0
    assert sorted((r.rater, r.item) for r in found.ratings) == [
        (f"R{n}", k) for n in range(4) for k in range(count)
    ]
    assert all(json.loads(line)["score"] in range(1, 6) for line in path.read_text().splitlines())


def test_the_first_unblinding_is_noted_once(tmp_path):
    path = tmp_path / "r.jsonl"
    add_rating(path, Rating(0, "R1", 4))
    assert read_ledger(path).unblinded == ""
    mark_unblinded(path)
    first = read_ledger(path).unblinded
    mark_unblinded(path)
    assert first
    assert read_ledger(path).unblinded == first
    assert len(path.read_text().splitlines()) == 2
