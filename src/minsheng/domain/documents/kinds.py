"""What a document is to a household's file, and what its bytes are."""

from enum import StrEnum

from minsheng.engine.contracts.schema import Text


class Kind(StrEnum):
    """What a document shows."""

    APPLICATION = "application"
    CONSENT = "consent"
    IDENTITY = "identity"
    ILLNESS = "illness"
    DISABILITY = "disability"
    INCOME = "income"
    HOUSING = "housing"
    SCHOOLING = "schooling"
    VISIT = "visit"
    OTHER = "other"


KINDS: dict[Kind, Text] = {
    Kind.APPLICATION: Text(zh="申请书", en="application"),
    Kind.CONSENT: Text(zh="核对授权书", en="consent to be checked"),
    Kind.IDENTITY: Text(zh="身份证件、户口簿", en="identity papers"),
    Kind.ILLNESS: Text(zh="病历、费用票据", en="illness and its bills"),
    Kind.DISABILITY: Text(zh="残疾人证", en="disability certificate"),
    Kind.INCOME: Text(zh="收入、财产证明", en="income and property"),
    Kind.HOUSING: Text(zh="住房材料", en="housing"),
    Kind.SCHOOLING: Text(zh="就学证明", en="schooling"),
    Kind.VISIT: Text(zh="走访照片、记录", en="photograph or note of a visit"),
    Kind.OTHER: Text(zh="其他", en="something else"),
}

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
ENDINGS: dict[str, str] = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
"""Media type → how the name of such a file ends."""
_PDF_STARTS_WITHIN = 1024


def media_of(head: bytes) -> str | None:
    """The media type that the first kilobyte of a file tells, whatever it is called; None for a file that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    return PDF if b"%PDF-" in head[:_PDF_STARTS_WITHIN] else None
