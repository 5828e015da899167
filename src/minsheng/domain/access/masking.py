"""What is shown of a person until somebody asks for more and says why."""

HIDDEN = "*"


def masked_name(name: str) -> str:
    """The family name and as many stars as characters follow, two at least: 周**; a compound name keeps its first character only."""
    written = name.strip()
    return f"{written[0]}{HIDDEN * max(2, len(written) - 1)}" if written else ""


def masked_number(number: str) -> str:
    """An identity number's first four and last four characters: 6201**********1234."""
    return _middle(number, first=4, last=4)


def masked_phone(phone: str) -> str:
    """A phone's first three and last four digits: 138****5678; shorter ones keep their last two."""
    return _middle(phone, first=3, last=4) if len(phone) > 8 else _middle(phone, first=0, last=2)


def masked_account(account: str) -> str:
    """A bank account's last four digits."""
    return _middle(account, first=0, last=4)


def masked_address(address: str) -> str:
    """The beginning of an address, as far as a street is told by."""
    return f"{address[:6]}{HIDDEN * 4}" if len(address) > 6 else HIDDEN * len(address)


def _middle(text: str, *, first: int, last: int) -> str:
    kept = first + last
    return HIDDEN * len(text) if len(text) <= kept else f"{text[:first]}{HIDDEN * (len(text) - kept)}{text[len(text) - last :]}"
