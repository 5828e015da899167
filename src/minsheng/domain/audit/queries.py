"""Reading the event log."""

from minsheng.domain.audit.models import Event


def events_about(subject: str) -> list[Event]:
    """Everything recorded about a subject, oldest first."""
    return list(Event.objects.filter(subject=subject).order_by("at", "id"))
