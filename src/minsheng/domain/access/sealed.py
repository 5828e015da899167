"""What access keeps sealed: the secrets of second factors."""

from minsheng.domain.keys.declaring import Sealed, SealedTable

SEALED = Sealed(tables=(SealedTable("access.SealedSecret", sealed=("value",)),))
