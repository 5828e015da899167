"""A page as a file: whole or not at all."""

from pathlib import Path

from minsheng.domain.monitoring.exports import NoSuchFolder
from minsheng.engine.explaining.words import Language
from minsheng.reports.page import Page, render_page


def write_page(page: Page, out: Path, *, language: Language = "zh") -> None:
    """This will write a page to a file; raises NoSuchFolder."""
    if not out.parent.is_dir():
        raise NoSuchFolder(f"There is no folder {out.parent}.", next_step="Make the folder first, or write somewhere else.")
    beside = out.with_name(f".{out.name}.unfinished")
    try:
        beside.write_text(render_page(page, language=language), encoding="utf-8")
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
