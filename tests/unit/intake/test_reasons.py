"""Every reason that the code can give is put in words, and no word is without a reason."""

import re
from pathlib import Path

from minsheng.engine.intake.reasons import REASONS
from minsheng.kernel import identity_numbers

INTAKE = Path(__file__).parents[3] / "src" / "minsheng" / "engine" / "intake"
REGISTRY = INTAKE.parents[1] / "domain" / "registry"
QUOTED = re.compile(r'"([a-z0-9]+(?:-[a-z0-9]+)*)"')


def words_in(*paths: Path) -> set[str]:
    return {word for path in paths for word in QUOTED.findall(path.read_text(encoding="utf-8"))}


def test_every_reason_is_given_somewhere() -> None:
    written = words_in(*(path for path in INTAKE.rglob("*.py") if path.name != "reasons.py"), Path(identity_numbers.__file__))
    assert set(REASONS) <= written | words_in(*REGISTRY.rglob("*.py"))


def test_every_fault_of_a_cell_or_row_has_words() -> None:
    cleaning = words_in(*(INTAKE / "cleaning").glob("*.py"), INTAKE / "validating.py", INTAKE / "settling.py")
    faults = {word for word in cleaning if "-" in word and not word.startswith("utf")}
    assert faults <= set(REASONS)


def test_the_guide_for_departments_lists_every_reason_and_no_other() -> None:
    guide = (INTAKE.parents[3] / "docs" / "for-departments.md").read_text(encoding="utf-8")
    listed = [line for line in guide.splitlines() if line.startswith("| ") and line.endswith("` |")]
    assert listed == [f"| {text.zh} | {text.en} | `{code}` |" for code, text in REASONS.items()]
