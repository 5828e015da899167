"""What somebody searched for, as a token that opens nothing to whoever reads an address, a bookmark or a log."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from minsheng.domain.registry.queries import LONGEST
from minsheng.kernel.sealing import Keys, Unsealable

_LONGEST_TOKEN = 600


def sealed(text: str, keys: Keys) -> str:
    """The token of a search; blank for none."""
    typed = " ".join(text.replace("\0", "")[:LONGEST].split())
    return urlsafe_b64encode(keys.seal_text(typed)).decode().rstrip("=") if typed else ""


def opened(token: str, keys: Keys) -> str:
    """The search behind a token; blank where there is none, or where it was made elsewhere."""
    if not token or len(token) > _LONGEST_TOKEN:
        return ""
    try:
        return keys.open_text(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (Error, ValueError, Unsealable):
        return ""
