import io

import pytest

from minsheng.kernel import sealing
from minsheng.kernel.sealing import CHUNK_BYTES, BadKey, Keys, Unsealable

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
    head = 7 + 16
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
