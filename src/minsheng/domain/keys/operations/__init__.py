"""Every write of the keys' room: making a new key current and sealing everything again, dropping old keys."""

from minsheng.domain.keys.operations.dropping import KeyStillInUse, NothingToDrop, TablesAreBusy, drop
from minsheng.domain.keys.operations.locking import RotationUnderWay
from minsheng.domain.keys.operations.rotating import Rotated, rotate

__all__ = ["KeyStillInUse", "NothingToDrop", "Rotated", "RotationUnderWay", "TablesAreBusy", "drop", "rotate"]
