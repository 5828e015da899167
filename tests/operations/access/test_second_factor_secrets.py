"""Secrets of second factors are kept sealed where rotating keys finds them."""

import pytest

from minsheng.domain.access.second_factors import SecretGone, keep_secret, kept_secret
from minsheng.domain.keys.declaring import sealed_tables
from tests.factories import KEYS

pytestmark = pytest.mark.django_db


def test_a_secret_comes_back_by_its_reference_alone() -> None:
    reference = keep_secret(KEYS.seal_text("JBSWY3DPEHPK3PXP"))
    assert "JBSWY" not in reference
    assert KEYS.open_text(kept_secret(reference)) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize("reference", ["sealed:999999", "sealed:", "something else"])
def test_what_is_not_kept_is_said_plainly(reference: str) -> None:
    with pytest.raises(SecretGone):
        kept_secret(reference)


def test_key_rotation_knows_of_them() -> None:
    assert "access_sealedsecret" in {table.table for table in sealed_tables()}
