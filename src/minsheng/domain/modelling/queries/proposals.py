"""Which proposals wait for a decision, and whose."""

from minsheng.domain.modelling import states
from minsheng.domain.modelling.models import ModelDraft


def proposals_waiting(signature: str) -> int:
    """How many proposals somebody (`user:name`) could decide: not those they wrote or proposed."""
    waiting = ModelDraft.objects.filter(state=states.PROPOSED)
    return waiting.exclude(author=signature).exclude(proposed_by=signature).exclude(revisions__saved_by=signature).count()
