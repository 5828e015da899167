"""Jobs as pages show them."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.jobs.queries import Entry, JobView
from minsheng.web.office.jobs.words import HAPPENED, TONES, step_done_words, step_words
from minsheng.web.refused_words import GENERAL, WORDS
from minsheng.web.requests import installation
from minsheng.web.words import active_language, spoken, who

UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Line:
    """A line of the log."""

    at: object
    words: str
    by: str


@dataclass(frozen=True)
class Shown:
    """A job with its words: state, step, why it failed, where its result is; and what this viewer may do with it."""

    job: JobView
    tone: str
    icon: str
    step: str
    by: str
    address: str
    result_address: str
    failed: tuple[str, str] | None
    may_cancel: bool
    may_retry: bool

    @property
    def progress_id(self) -> str:
        """The element that shows how far it is."""
        return f"progress-{self.job.number}"

    @property
    def progress_address(self) -> str:
        """Where its progress is asked again."""
        return reverse("office:job_progress", kwargs={"number": self.job.number})


def shown(job: JobView, viewer: Viewer) -> Shown:
    """A job for a viewer."""
    tone, icon = TONES[job.state]
    mine = viewer.throughout(May.START_RUNS, installation().area) or job.asked_by == viewer.acts_as
    return Shown(
        job=job,
        tone="stop" if job.silent else tone,
        icon="alert-triangle" if job.silent else icon,
        step=_step(job),
        by=who(job.asked_by),
        address=reverse("office:job", kwargs={"number": job.number}),
        result_address=_result_address(job),
        failed=_failed(job),
        may_cancel=mine and job.can_cancel,
        may_retry=mine and job.can_retry,
    )


def log_line(entry: Entry) -> Line:
    """A line of the log in words."""
    happened = spoken(HAPPENED[entry.what]) if entry.what in HAPPENED else entry.what
    detail = step_done_words(entry.detail) if entry.what == "step" else _code_words(entry.detail) if entry.detail else ""
    joined = spoken(f"{happened}：{detail}", f"{happened}: {detail}") if detail else happened
    return Line(entry.at, joined, who(entry.by) if entry.by and entry.what not in ("begun", "done", "step") else "")


def _code_words(code: str) -> str:
    return WORDS[code][0] if active_language() == "zh" and code in WORDS else code


def _step(job: JobView) -> str:
    if job.state == "waiting":
        return spoken("等待执行", "waits for a worker")
    if not job.living:
        return ""
    words = step_words(job.step) or spoken("正在准备", "getting ready")
    return f"{words} · {step_words(job.note)}" if job.note and step_words(job.note) not in words else words


def _result_address(job: JobView) -> str:
    if job.state != "done" or not job.link_route:
        return ""
    try:
        return reverse(job.link_route, kwargs=dict(job.link))
    except NoReverseMatch:
        return ""


def _failed(job: JobView) -> tuple[str, str] | None:
    if job.failure is None:
        return None
    if active_language() == "zh":
        return WORDS.get(job.failure.code, GENERAL)
    if job.failure.code == UNEXPECTED:
        said = f"Something nobody foresaw went wrong ({job.failure.message}). What was finished is not lost."
        return said, "Try it again; if it fails again, give the job's number to whoever runs the platform."
    return job.failure.message, job.failure.next_step
