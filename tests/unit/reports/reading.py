"""Reading a page as a browser would: tags that close, texts by language."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "input", "link", "br", "img"}
SELF_CLOSING = {"line", "rect", "circle", "path"}


class Reader(HTMLParser):
    """Collects texts by language and every attribute, and fails on tags that do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            own = dict(attrs).get("lang") if tag != "html" else ""
            self.open.append((tag, own or (self.open[-1][1] if self.open else "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SELF_CLOSING
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1][0] != "style":
            self.texts.append((self.open[-1][1], data.strip()))


def read(html: str) -> Reader:
    """Read a page or a piece of one; every tag must be closed."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def said(html: str, language: str) -> Iterator[str]:
    """What a reader of that language sees."""
    other = "en" if language == "zh" else "zh"
    return (text for lang, text in read(html).texts if lang != other)
