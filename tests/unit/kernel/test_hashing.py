"""Hashes made beside this process are those made in it, also when such a process dies."""

from array import array
from collections.abc import Iterator

import pytest

from minsheng.kernel import hashing
from minsheng.kernel.hashing import Hashing, Texts
from minsheng.kernel.sealing import Keys

KEYS = Keys(bytes(range(32)))
WORDS = ["", "a", "999001196503123452", "李秀兰", "x" * 200]


def texts(words: list[str]) -> Texts:
    content = [word.encode() for word in words]
    places = [0]
    for one in content:
        places.append(places[-1] + len(one))
    return Texts(array("q", places).tobytes(), b"".join(content))


@pytest.fixture(params=[0, 1, 2])
def several(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hashing]:
    monkeypatch.setattr(hashing, "_FEWEST_BESIDE", 1)
    made = Hashing(request.param)
    yield made
    made.close()


def test_many_are_hashed_as_one_by_one(several: Hashing) -> None:
    for times in (1, 3000):
        words = WORDS * times
        assert KEYS.pseudonyms_of(texts(words), several).result() == b"".join(one or b"" for one in KEYS.pseudonyms(words))
        assert KEYS.blind_indexes_of(texts(words), several).result() == b"".join(one or b"" for one in KEYS.blind_indexes(words))
    assert KEYS.pseudonyms_of(texts([]), several).result() == b""


def test_what_a_dead_process_owes_is_hashed_here_and_another_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_FEWEST_BESIDE", 1)
    started: list[hashing._Beside] = []

    class Watched(hashing._Beside):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(hashing, "_Beside", Watched)
    asked = Hashing(1)
    expected = b"".join(one or b"" for one in KEYS.pseudonyms(WORDS))
    assert KEYS.pseudonyms_of(texts(WORDS), asked).result() == expected
    started[0]._process.kill()
    started[0]._process.wait()
    assert KEYS.pseudonyms_of(texts(WORDS), asked).result() == expected
    assert KEYS.pseudonyms_of(texts(WORDS), asked).result() == expected
    assert len(started) == 2
    asked.close()
    assert all(one._process.poll() is not None for one in started)
    asked.close()


def test_few_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_Beside", lambda: pytest.fail("started"))
    asked = Hashing(2)
    assert len(KEYS.pseudonyms_of(texts(WORDS), asked).result()) == 16 * len(WORDS)
    asked.close()
