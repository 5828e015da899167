"""Drafts point to nobody: those who see models read them, authors write them, approvers decide them."""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import allowed, sees
from minsheng.domain.access.row_security.declaring import COME_AND_GO, Bound, RowSecurity

_WRITES = allowed(May.WRITE_MODELS)
_WRITES_OR_DECIDES = f"({_WRITES} OR {allowed(May.APPROVE_MODELS)})"
_READS = allowed(May.SEE_MODELS)

ROW_SECURITY = RowSecurity(
    tables=(
        Bound("modelling_modeldraft", read=_READS, insert=_WRITES, update=_WRITES_OR_DECIDES),
        Bound("modelling_draftrevision", read=_READS, insert=_WRITES),
        Bound("modelling_draftstep", read=_READS, insert=_WRITES_OR_DECIDES),
        Bound("modelling_draftsimulation", read=_READS),
        Bound("modelling_simulatedmove", read=sees("division", "household_key"), worker=COME_AND_GO),
    )
)
