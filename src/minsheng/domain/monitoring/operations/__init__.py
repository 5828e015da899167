"""Every write of the monitoring stage: publishing models, running months, the desk and its verdicts, saved filters, retiring months."""

from minsheng.domain.monitoring.operations.activating import activate_model, refuse_months_run
from minsheng.domain.monitoring.operations.comparing import compare, replay
from minsheng.domain.monitoring.operations.desk import mark_noted, undo_noted
from minsheng.domain.monitoring.operations.exporting import Exported, TooManyToExport, Unmasking, export_desk
from minsheng.domain.monitoring.operations.filters import forget_filter, save_filter
from minsheng.domain.monitoring.operations.publishing import publish_model, publish_shipped
from minsheng.domain.monitoring.operations.retention import restore, retire
from minsheng.domain.monitoring.operations.running import run
from minsheng.domain.monitoring.operations.tallying import tally_missing
from minsheng.domain.monitoring.operations.verdicts import WITHDRAWN_WITHIN, Visit, record_verdicts, withdraw_verdicts

__all__ = [
    "WITHDRAWN_WITHIN",
    "Exported",
    "TooManyToExport",
    "Unmasking",
    "Visit",
    "activate_model",
    "compare",
    "export_desk",
    "forget_filter",
    "mark_noted",
    "publish_model",
    "publish_shipped",
    "record_verdicts",
    "refuse_months_run",
    "replay",
    "restore",
    "retire",
    "run",
    "save_filter",
    "tally_missing",
    "undo_noted",
    "withdraw_verdicts",
]
