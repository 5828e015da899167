"""Money as whole fen."""

from decimal import ROUND_HALF_UP, Decimal


def yuan_text(fen: int) -> str:
    """Fen as people read them: `38,600` or `38,600.50`; two decimals only where fen matter."""
    sign, rest = ("-" if fen < 0 else ""), abs(fen)
    yuan, part = divmod(rest, 100)
    return f"{sign}{yuan:,}" + (f".{part:02d}" if part else "")


def fen(yuan: Decimal | int | str) -> int:
    """Yuan as fen, rounded half up."""
    return int((Decimal(yuan) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
