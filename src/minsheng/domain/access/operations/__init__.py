"""Every write of access: users, grants, opened households, and the record of looks and refusals."""

from minsheng.domain.access.operations.looking import record_looks, record_refusal
from minsheng.domain.access.operations.speaking import speak

__all__ = ["record_looks", "record_refusal", "speak"]
