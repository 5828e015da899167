"""Every write of the monitoring stage: publishing models, running months, recording verdicts, retiring months."""

from minsheng.domain.monitoring.operations.activating import activate_model, refuse_months_run
from minsheng.domain.monitoring.operations.comparing import compare, replay
from minsheng.domain.monitoring.operations.publishing import publish_model, publish_shipped
from minsheng.domain.monitoring.operations.retention import restore, retire
from minsheng.domain.monitoring.operations.running import run
from minsheng.domain.monitoring.operations.tallying import tally_missing
from minsheng.domain.monitoring.operations.verdicts import Visit, record_verdicts

__all__ = [
    "Visit",
    "activate_model",
    "compare",
    "publish_model",
    "publish_shipped",
    "record_verdicts",
    "refuse_months_run",
    "replay",
    "restore",
    "retire",
    "run",
    "tally_missing",
]
