"""Expected failures: something a person can understand and mend."""

from typing import ClassVar


class Refusal(Exception):
    """An expected failure, said plainly, with what to do next.

    Subclasses stand beside the function that raises them and carry a stable kebab-case `code`.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()
