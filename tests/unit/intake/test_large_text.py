"""A text too large to keep in memory is decoded anew each time it is read."""

import io
from unittest.mock import patch

import pytest

from minsheng.engine.intake import decoding, separated
from minsheng.engine.intake.reading import take_in
from tests.contract.deliveries import LI, MEDICAL, RULES, csv_text, read


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_nothing_changes_when_a_text_is_not_kept_and_comes_in_small_pieces(encoding: str) -> None:
    rows = [[*LI[:3], f"S{at}", *LI[4:6], '"市第三医院\n(东院)"', *LI[7:]] for at in range(3000)]
    content = csv_text(rows).encode(encoding)
    whole = read(content)
    with patch.object(decoding, "_KEPT", 1000), patch.object(decoding, "_CHUNK", 4099), patch.object(separated, "_BLOCK", 1 << 16):
        again = take_in(io.BytesIO(content), filename="a.csv", contract=MEDICAL, rules=RULES)
    assert whole.clean.height == 3000
    assert again.clean.equals(whole.clean)
    assert again.content_digest == whole.content_digest
