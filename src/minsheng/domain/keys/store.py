"""Where the keys are kept, as the work of changing them sees it."""

from typing import Protocol

from minsheng.kernel.keyring import KeyTexts


class KeyStore(Protocol):
    """Keeps the keys of an installation; config knows where."""

    def texts(self, fresh: bool = False, /) -> KeyTexts:
        """The keys as they are now; looked at anew if `fresh`."""
        ...

    def replace(self, texts: KeyTexts) -> None:
        """Keep other keys from now on: all of them or none, also where power is lost. Raises a Refusal where they are kept elsewhere."""
        ...
