import base64
import io

import pytest

from minsheng.kernel import sealing
from minsheng.kernel.keyring import KeyTexts
from minsheng.kernel.sealing import CHUNK_BYTES, BadKey, Keys, Unsealable, field_key_id, stream_key_id

KEYS = Keys(bytes(range(32)))
OTHER = Keys(bytes(32))


def _sealed(clear: bytes) -> bytes:
    target = io.BytesIO()
    KEYS.seal_stream(io.BytesIO(clear), target)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 2 * CHUNK_BYTES + 7])
def test_a_sealed_stream_opens_to_the_same_bytes_at_any_size(size: int) -> None:
    clear = bytes(index % 251 for index in range(size))
    sealed = _sealed(clear)
    assert clear[:64] not in sealed or size < 16
    assert KEYS.open_stream(io.BytesIO(sealed)).read() == clear


def test_a_sealed_stream_is_read_from_anywhere() -> None:
    clear = bytes(index % 251 for index in range(CHUNK_BYTES + 1000))
    reader = KEYS.open_stream(io.BytesIO(_sealed(clear)))
    reader.seek(CHUNK_BYTES - 3)
    assert reader.read(6) == clear[CHUNK_BYTES - 3 : CHUNK_BYTES + 3]
    reader.seek(-5, io.SEEK_END)
    assert reader.read() == clear[-5:]


def test_a_touched_cut_or_reordered_stream_is_refused() -> None:
    sealed = _sealed(bytes(3 * CHUNK_BYTES))
    one = CHUNK_BYTES + 16
    head = 7 + 4 + 16
    touched = bytearray(sealed)
    touched[head + 5] ^= 1
    swapped = sealed[:head] + sealed[head + one : head + 2 * one] + sealed[head : head + one] + sealed[head + 2 * one :]
    for bad in (bytes(touched), sealed[: head + 2 * one], swapped, sealed[:-1], b"plain text, never sealed at all"):
        with pytest.raises(Unsealable):
            KEYS.open_stream(io.BytesIO(bad)).read()
    with pytest.raises(Unsealable):
        OTHER.open_stream(io.BytesIO(sealed)).read()


def test_pseudonyms_and_indexes_differ_by_use_and_key_and_keep_none() -> None:
    (first, nothing) = KEYS.pseudonyms(["99900119900101001X", None])
    assert nothing is None
    assert first == KEYS.pseudonyms(["99900119900101001X"])[0]
    assert first != KEYS.blind_indexes(["99900119900101001X"])[0]
    assert first != OTHER.pseudonyms(["99900119900101001X"])[0]


def test_a_field_opens_only_with_its_key() -> None:
    sealed = KEYS.seal_text("13900000000")
    assert KEYS.open_text(sealed) == "13900000000"
    with pytest.raises(Unsealable):
        OTHER.open_text(sealed)


def test_a_master_key_is_thirty_two_bytes_of_base64() -> None:
    Keys.from_text(sealing.new_master_key())
    for bad in ("short", "", "!!!!"):
        with pytest.raises(BadKey):
            Keys.from_text(bad)


OLD_TEXT = base64.b64encode(bytes(range(32))).decode()
UNNAMED_FIELD = bytes.fromhex("500495adbae6d73a2512e120e9dcf314ad1e1d193a6fca8466412caf327deeaf4db3007903fcac")
UNNAMED_STREAM = bytes.fromhex(
    "4d5345414c310ad9d6b32af08f5b3bde13548ed5addbb067c2aa4d6e0c58f90ef2f002ea3cada5533078d1cd794cccdb5760ac681da43856342aac3a53d32cff82e1b86d8efb"
)


def _rotated() -> tuple[KeyTexts, Keys]:
    texts = KeyTexts(OLD_TEXT).rotated()
    return texts, Keys.following(lambda _: texts)


def test_what_was_sealed_before_keys_had_names_opens_with_current_and_old_keys_only() -> None:
    for keys in (KEYS, _rotated()[1]):
        assert keys.open_text(UNNAMED_FIELD) == "13900000000"
        assert keys.open_stream(io.BytesIO(UNNAMED_STREAM)).read() == b"delivered before keys had names"
    with pytest.raises(Unsealable):
        OTHER.open_text(UNNAMED_FIELD)
    with pytest.raises(Unsealable):
        OTHER.open_stream(io.BytesIO(UNNAMED_STREAM)).read()


def test_sealed_values_name_their_key_and_old_ones_open_after_a_rotation() -> None:
    texts, keys = _rotated()
    before, stream_before = KEYS.seal_text("13900000000"), _sealed(b"original")
    after = keys.seal_text("13900000000")
    assert field_key_id(before) == KEYS.ring.current.id == stream_key_id(stream_before)
    assert field_key_id(after) == keys.ring.current.id != KEYS.ring.current.id
    assert (field_key_id(UNNAMED_FIELD), stream_key_id(UNNAMED_STREAM)) == (None, None)
    assert [keys.open_text(value) for value in (before, after)] == ["13900000000"] * 2
    assert keys.open_stream(io.BytesIO(stream_before)).read() == b"original"
    assert (keys.is_current(after), keys.is_current(before), keys.is_current(UNNAMED_FIELD)) == (True, False, False)
    with pytest.raises(Unsealable, match=keys.ring.current.name):
        KEYS.open_text(after)
    alone = texts.without([KEYS.ring.current.name])
    assert alone.old == ()
    with pytest.raises(Unsealable, match=KEYS.ring.current.name):
        Keys.following(lambda _: alone).open_text(before)
    with pytest.raises(Unsealable, match=KEYS.ring.current.name):
        Keys.following(lambda _: alone).open_stream(io.BytesIO(stream_before))


@pytest.mark.parametrize("place", [0, 4, 5, 8, 20, -1])
def test_a_field_that_was_touched_anywhere_is_refused(place: int) -> None:
    touched = bytearray(_rotated()[1].seal_text("13900000000"))
    touched[place] ^= 1
    for bad in (bytes(touched), bytes(touched[:-1]), b"", b"MSF1"):
        with pytest.raises(Unsealable):
            KEYS.open_text(bad)


def test_a_field_under_the_name_of_another_key_is_refused() -> None:
    _, keys = _rotated()
    renamed = keys.seal_text("13900000000").replace(keys.ring.current.id, KEYS.ring.current.id, 1)
    with pytest.raises(Unsealable):
        keys.open_text(renamed)


def test_indexes_and_pseudonyms_outlast_every_rotation_and_never_changed() -> None:
    twice = _rotated()[0].rotated()
    for keys in (KEYS, _rotated()[1], Keys.following(lambda _: twice)):
        assert keys.pseudonyms(["999001198005170037"]) == [bytes.fromhex("96548808bb38d88e525daedc7153ff1f")]
        assert keys.blind_indexes(["999001198005170037"]) == [bytes.fromhex("3a0d9b80e52a85a9f8850ee2433c92b5")]


def test_old_keys_without_the_pinned_ones_are_refused() -> None:
    with pytest.raises(BadKey):
        Keys.following(lambda _: KeyTexts(sealing.new_master_key(), (OLD_TEXT,)))


def test_keys_follow_a_rotation_while_they_live() -> None:
    before = KeyTexts(OLD_TEXT)
    after = before.rotated()
    now = [before]
    running = Keys.following(lambda _: now[0])
    late = Keys.following(lambda fresh: now[0] if fresh else before)
    now[0] = after
    value = running.seal_text("13900000000")
    assert field_key_id(value) == Keys.following(lambda _: after).ring.current.id
    assert late.open_text(value) == "13900000000"


def test_a_stream_whose_key_is_dropped_while_it_is_sealed_is_refused() -> None:
    before = KeyTexts(OLD_TEXT).rotated()
    after = before.rotated().without([Keys.following(lambda _: before).ring.current.name])
    now = [before]

    class Dropping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            now[0] = after
            return super().read(size)

    with pytest.raises(Unsealable):
        Keys.following(lambda _: now[0]).seal_stream(Dropping(b"slow"), io.BytesIO())


def test_no_key_shows_itself() -> None:
    texts, keys = _rotated()
    shown = f"{texts!r} {texts} {keys!r} {keys.ring!r} {keys.ring.current!r}"
    assert not any(text in shown for text in (texts.current, *texts.old, texts.index, texts.pseudonym))
