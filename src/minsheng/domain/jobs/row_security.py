"""Who sees which jobs: whoever may see runs, and everybody their own; changing them is for who asked,
and for those who may start runs in the whole area of the installation.
"""

from minsheng.domain.access.roles import May
from minsheng.domain.access.row_security.asking import allowed, signed, throughout
from minsheng.domain.access.row_security.declaring import Bound, Closed, Open, RowSecurity

_OF_JOB = "EXISTS (SELECT 1 FROM jobs_job seen WHERE seen.id = jobs_jobentry.job_id)"
_QUEUE = ("SELECT", "INSERT", "UPDATE", "DELETE")

ROW_SECURITY = RowSecurity(
    tables=(
        Bound(
            "jobs_job",
            read=f"{signed('asked_by')} OR {allowed(May.SEE_RUNS)}",
            insert=signed("asked_by"),
            update=f"{signed('asked_by')} OR {throughout(May.START_RUNS)}",
        ),
        Bound("jobs_jobentry", read=_OF_JOB, insert=f"{signed('by')} AND {_OF_JOB}"),
        Open("procrastinate_jobs", ("SELECT", "INSERT", "UPDATE"), worker=_QUEUE),
        Open("procrastinate_events", ("INSERT",), worker=_QUEUE),
        Open("procrastinate_workers", worker=_QUEUE),
        Closed("procrastinate_periodic_defers", worker=_QUEUE),
    )
)
