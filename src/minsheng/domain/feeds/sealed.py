"""What the feeds stage keeps sealed: numbers that people are asked about, and the files as they were delivered."""

from minsheng.domain.feeds.lake import ORIGINALS
from minsheng.domain.keys.declaring import Sealed, SealedTable

SEALED = Sealed(
    tables=(
        SealedTable("feeds.IdentityCase", sealed=("delivered_number",), hashed=("subject", "delivered_phone_index")),
        SealedTable("feeds.IdentityDecision", hashed=("subject",)),
        SealedTable("feeds.IdentityCaseEvent", hashed=("subject", "delivered_phone_index")),
    ),
    folders=(ORIGINALS,),
)
