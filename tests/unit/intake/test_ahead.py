"""Reading ahead gives the same items and the same errors, never runs far ahead, and lets go when nobody reads on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from minsheng.engine.intake.ahead import Ahead, lagging


def test_items_come_in_order_and_only_a_few_are_made_before_they_are_asked_for() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            made.append(number)
            yield number

    with ThreadPoolExecutor(1) as executor, Ahead(items, executor, depth=2) as ahead:
        for number in ahead:
            time.sleep(0.001)
            assert len(made) <= number + 4
    assert made == list(range(20))


def test_an_error_is_raised_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError

    with ThreadPoolExecutor(1) as executor, Ahead(items, executor, depth=2) as ahead:
        read = iter(ahead)
        assert next(read) == 1
        with pytest.raises(ValueError):
            next(read)


def test_the_thread_is_free_for_the_next_once_nobody_reads_on() -> None:
    let_go = []

    def items() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            let_go.append(True)

    with ThreadPoolExecutor(1) as executor:
        first, second = Ahead(items, executor, depth=1), Ahead(lambda: "ab", executor, depth=5)
        assert next(iter(first)) == 0
        first.close()
        first.close()
        assert let_go == [True]
        assert list(second) == ["a", "b"]
        second.close()
        unread = Ahead(items, executor, depth=1)
        unread.close()


def test_lagging_items_are_the_same_items() -> None:
    made = []

    def items() -> Iterator[int]:
        for number in range(4):
            made.append(number)
            yield number

    assert [(number, len(made)) for number in lagging(items(), 2)] == [(0, 3), (1, 4), (2, 4), (3, 4)]
    assert list(lagging([], 1)) == []
