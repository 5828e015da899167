"""What the tests of keys look at: a place that keeps keys, a lake with originals, and everything that is sealed in the clear."""

import base64
import hashlib
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from django.db import connection
from django.db.models import Max

from minsheng.domain.audit.models import Event
from minsheng.domain.feeds.lake import original_path
from minsheng.domain.keys.operations import drop, rotate
from minsheng.domain.keys.queries import keys_in_use
from minsheng.domain.registry.models import Household, Person, PersonNumber
from minsheng.engine.lake import Lake
from minsheng.kernel.keyring import KeyTexts, SealingKey
from minsheng.kernel.progress import SILENT
from minsheng.kernel.sealing import Keys
from tests.factories import AT, BY, identity_number

MASTER = b"k" * 32
FIRST = SealingKey(MASTER).name
FAMILY = {1: "13900000001", 2: "13900000002", 3: None}
"""Serial, which is also the person's key, → phone."""
NAMES = ("甲一", "甲七", "甲三")


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Kept:
    """An installation's keys and lake; `replaced` is called when other keys are kept."""

    lake: Lake
    originals: dict[str, bytes]
    now: KeyTexts = field(default_factory=lambda: KeyTexts(base64.b64encode(MASTER).decode()))
    since: int = field(default_factory=lambda: Event.objects.aggregate(last=Max("id"))["last"] or 0)
    replaced = staticmethod(lambda: None)

    @classmethod
    def with_originals(cls, address, *contents):
        kept = cls(Lake(address), {original_path(hashlib.sha256(content).hexdigest()): content for content in contents})
        for path, content in kept.originals.items():
            kept.put_original(path, content)
        return kept

    def texts(self, fresh=False, /):
        return self.now

    def replace(self, texts):
        self.now = texts
        self.replaced()

    @property
    def keys(self):
        return Keys.following(self.texts)

    @property
    def events(self):
        """The names of the events about keys, oldest first; the log is never cleared."""
        new = Event.objects.filter(name__startswith="keys.", id__gt=self.since)
        return list(new.order_by("id").values_list("name", flat=True))

    @property
    def use(self):
        return keys_in_use(keys=self.keys, lake=self.lake)

    def rotate(self, *, originals=False, progress=SILENT):
        return rotate(store=self, lake=self.lake, originals=originals, by=BY, at=AT, progress=progress)

    def drop(self, *names):
        return drop(store=self, lake=self.lake, names=names, by=BY, at=AT)

    def put_original(self, path, content):
        with self.lake.open_writer(path) as target:
            self.keys.seal_stream(io.BytesIO(content), target)

    def clear_originals(self):
        opened = {}
        for path in self.originals:
            with self.lake.open_reader(path) as sealed:
                opened[path] = self.keys.open_stream(sealed).read()
        return opened


def clear_fields(keys):
    """Everything sealed in the database, opened."""
    numbers = PersonNumber.objects.order_by("person_id").values_list("number", flat=True)
    phones = Person.objects.order_by("key").values_list("phone", flat=True)
    contacts = Household.objects.order_by("key").values_list("phone", "account", "address")
    opened = [_open(keys, value) for value in (*numbers, *phones)]
    return opened + [tuple(_open(keys, value) for value in row) for row in contacts]


FIELDS = [
    *(identity_number(serial) for serial in FAMILY),
    *FAMILY.values(),
    ("13900000009", "6200000000000009", "和平里 9 号"),
    (None, None, None),
]


def make_unnamed(person):
    """Put a person's number into the form in which values named no key."""
    key, nonce = SealingKey(MASTER), os.urandom(12)
    PersonNumber.objects.filter(person_id=person).update(number=nonce + key.fields.encrypt(nonce, identity_number(person).encode(), None))


@contextmanager
def another_connection():
    """Somebody else at the same database, in a transaction."""
    parameters = {
        name: value for name, value in connection.get_connection_params().items() if name in ("dbname", "user", "password", "host", "port")
    }
    with psycopg.connect(**parameters) as other:
        yield other


class Watching:
    """Progress that calls something at every advance."""

    def __init__(self, call):
        self.call = call

    @contextmanager
    def step(self, name, *, total=None):
        yield self

    def advance(self, amount=1):
        self.call()

    def note(self, text):
        pass


def _open(keys, value):
    return None if value is None else keys.open_text(bytes(value))
