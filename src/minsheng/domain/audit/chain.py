"""The chain in Python: what each link's hash must be, and where a chain first goes wrong. It shares nothing with what the database does.

One link's hash is SHA-256 over `minsheng-audit-1`, the 32 bytes of the previous link's hash (zeros before the first), and then, each as
UTF-8 text behind its length in bytes (four bytes, big-endian): position, entry, at (microseconds since 1970 UTC), name, by, subject,
detail (JSON as PostgreSQL writes jsonb), purpose, origin, division.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from minsheng.engine.contracts.schema import Text

VERSION = "minsheng-audit-1"
BEFORE_THE_FIRST = bytes(32)


@dataclass(frozen=True, slots=True)
class Content:
    """What an entry says, as the texts that are hashed; `at` in microseconds since 1970 UTC."""

    at: str
    name: str
    by: str
    subject: str
    detail: str
    purpose: str
    origin: str
    division: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A link of the chain with its entry; `content` is None where the entry is gone."""

    position: int
    entry: int
    previous_hash: bytes
    hash: bytes
    content: Content | None


@dataclass(frozen=True, slots=True)
class Head:
    """A place in the chain and the hash it had: the chain's end, or (with its `date`) how it stood at the end of a day."""

    position: int
    hash: bytes
    date: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry that no link holds, and the position it would stand at by its number."""

    entry: int
    position: int


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: at which position, with which entry (None: unknown), of which kind, and in words."""

    position: int
    entry: int | None
    kind: str
    said: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking found: how many entries were in order, and the first fault if there is one."""

    entries: int
    first_fault: Fault | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_fault is None


KINDS: dict[str, Text] = {
    "altered": Text(
        zh="第 {position} 位的记录 {entry} 与当时写入的内容不一致：有字段被改动。",
        en="Entry {entry} at position {position} is not what was recorded: a field was altered.",
    ),
    "missing": Text(
        zh="第 {position} 位的记录不见了：被删除。",
        en="The entry at position {position} is missing: it was removed.",
    ),
    "broken": Text(
        zh="第 {position} 位的链接（记录 {entry}）接不上前一条：链接被改动或调换了顺序。",
        en="The link at position {position} (entry {entry}) does not follow the one before: links were altered or re-ordered.",
    ),
    "inserted": Text(
        zh="记录 {entry} 不在链上：绕过数据库的约束插入，位置相当于第 {position} 位。",
        en="Entry {entry} is in no link: it was inserted past the database's rules, by its number at position {position}.",
    ),
    "cut": Text(
        zh="链条从第 {position} 位起被截断：其后的记录不见了。",
        en="The chain is cut from position {position} on: later entries are missing.",
    ),
    "head": Text(
        zh="链尾标记与链条不符（应在第 {position} 位）：标记被改动或删除。",
        en="The head of the chain does not fit it (it should stand at position {position}): it was altered or removed.",
    ),
    "rewritten": Text(
        zh="第 {position} 位的哈希与导出的每日链头不同：链条在导出之后被重写。",
        en="The hash at position {position} is not that of the exported daily head: the chain was rewritten after the export.",
    ),
}


def link_hash(previous: bytes, position: int, entry: int, content: Content) -> bytes:
    """Compute the hash that the link of an entry at a position must have."""
    texts = (str(position), str(entry), *(getattr(content, field.name) for field in fields(content)))
    digest = hashlib.sha256(VERSION.encode() + previous)
    for text in texts:
        data = text.encode()
        digest.update(len(data).to_bytes(4, "big") + data)
    return digest.digest()


def check(chain: Iterable[Linked], *, head: Head | None, heads: Sequence[Head] = (), stray: Stray | None = None) -> Checked:
    """Walk a chain from its first link and name the first fault.

    `head` is where the chain says that it ends, `heads` are exported ones that it must still contain, `stray` the first entry that no
    link holds. Memory does not grow with the chain.
    """
    expected = sorted(heads, key=lambda one: one.position)
    at, last = 0, Head(0, BEFORE_THE_FIRST)
    for link in chain:
        fault = _first(_fault_of(link, last), stray, link.position)
        while fault is None and at < len(expected) and expected[at].position <= link.position:
            fault = None if _same(expected[at], link, last) else _fault(expected[at].position, link.entry, "rewritten")
            at += 1
        if fault:
            return Checked(last.position, fault)
        last = Head(link.position, link.hash)
    return Checked(last.position, _fault_at_end(last, head, expected[at:], stray))


def _first(fault: Fault | None, stray: Stray | None, position: int) -> Fault | None:
    """The fault of a link or the stray entry before it, whichever comes first."""
    if stray and stray.position < (fault.position if fault else position + 1):
        return _fault(stray.position, stray.entry, "inserted")
    return fault


def _fault_of(link: Linked, last: Head) -> Fault | None:
    here = last.position + 1
    if link.position > here:
        return _fault(here, None, "missing")
    if link.position < here or link.previous_hash != last.hash:
        return _fault(here, link.entry, "broken")
    if link.content is None:
        return _fault(here, link.entry, "missing")
    if link.hash != link_hash(last.hash, here, link.entry, link.content):
        return _fault(here, link.entry, "altered")
    return None


def _same(exported: Head, link: Linked, last: Head) -> bool:
    """Whether the chain still has what was exported; a head before the first entry is that of an empty chain."""
    there = last if exported.position < link.position else Head(link.position, link.hash)
    return (exported.position, exported.hash) == (there.position, there.hash)


def _fault_at_end(last: Head, head: Head | None, later: Sequence[Head], stray: Stray | None) -> Fault | None:
    beyond = [one.position for one in (head, *later) if one and one.position > last.position]
    if beyond:
        return _fault(last.position + 1, None, "cut")
    if stray:
        return _fault(stray.position, stray.entry, "inserted")
    if head is None or (head.position, head.hash) != (last.position, last.hash):
        return _fault(last.position, None, "head")
    return None


def _fault(position: int, entry: int | None, kind: str) -> Fault:
    said = KINDS[kind]
    values = {"position": position, "entry": "?" if entry is None else entry}
    return Fault(position, entry, kind, Text(zh=said.zh.format(**values), en=said.en.format(**values)))
