"""Keyed BLAKE2b (RFC 7693) of many texts: here, or in processes beside this one when there are many.

Python holds its lock while it hashes a short text, so threads would wait for each other; a process does not. This file is also the program
of such a process: it reads requests from its input and answers each, until its input ends.
"""

import contextlib
import hashlib
import itertools
import queue
import struct
import subprocess
import sys
import threading
from array import array
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, BinaryIO, NamedTuple

HASH_BYTES = 16
_FEWEST_BESIDE = 20_000
_REQUEST = struct.Struct("<32sBQQ")


class Texts(NamedTuple):
    """Texts one behind the other: their UTF-8, and where each begins and the last ends, as 64-bit integers in the machine's order."""

    places: bytes
    content: bytes

    def __len__(self) -> int:
        return len(self.places) // 8 - 1


class Hashing:
    """Hashes many texts at a time; small requests are answered at once, large ones by other processes, which start when first needed.

    `processes`: how many at most; none means that everything is hashed here.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._idle: queue.SimpleQueue[_Beside | None] = queue.SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()

    def each(self, texts: Texts, key: bytes) -> "Future[bytes]":
        """The 16-byte hash of each text under a key of 32 bytes, one behind the other."""
        if len(texts) >= _FEWEST_BESIDE and self._processes:
            return self._started().submit(self._beside, texts, key)
        answer: Future[bytes] = Future()
        answer.set_result(hashed(texts, key))
        return answer

    def close(self) -> None:
        """End the other processes."""
        if self._threads is None:
            return
        self._threads.shutdown(cancel_futures=True)
        for _ in range(self._processes):
            beside = self._idle.get()
            if beside is not None:
                beside.close()
        self._threads = None

    def _started(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._processes)
                for _ in range(self._processes):
                    self._idle.put(None)
            return self._threads

    def _beside(self, texts: Texts, key: bytes) -> bytes:
        beside = self._idle.get()
        try:
            beside = beside or _Beside()
            return beside.ask(texts, key)
        except OSError:
            if beside is not None:
                beside.close()
            beside = None
            return hashed(texts, key)
        finally:
            self._idle.put(beside)


class _Beside:
    """One process beside this one; raises OSError where it cannot be started or has ended."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own file

    def ask(self, texts: Texts, key: bytes) -> bytes:
        target, source = self._process.stdin, self._process.stdout
        assert target is not None and source is not None
        target.write(_REQUEST.pack(key, len(key), len(texts.places), len(texts.content)))
        target.write(texts.places)
        target.write(texts.content)
        target.flush()
        return _exactly(source, HASH_BYTES * len(texts))

    def close(self) -> None:
        target, source = self._process.stdin, self._process.stdout
        assert target is not None and source is not None
        with contextlib.suppress(OSError):
            target.close()
        source.close()
        self._process.wait()


def hashed(texts: Texts, key: bytes) -> bytes:
    """The hashes of the texts, one behind the other."""
    empty, content = hashlib.blake2b(key=key, digest_size=HASH_BYTES), texts.content
    places = array("q", texts.places)
    hashes = []
    for start, end in itertools.pairwise(places):
        one = empty.copy()
        one.update(content[start:end])
        hashes.append(one.digest())
    return b"".join(hashes)


def _exactly(source: IO[bytes], size: int) -> bytes:
    content = source.read(size)
    if len(content) < size:
        raise BrokenPipeError
    return content


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while head := source.read(_REQUEST.size):
        key, key_size, places_size, content_size = _REQUEST.unpack(head)
        texts = Texts(_exactly(source, places_size), _exactly(source, content_size))
        target.write(hashed(texts, key[:key_size]))
        target.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
