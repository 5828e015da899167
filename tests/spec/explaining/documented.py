"""The household explained in docs/explaining.md: run this module to write its example anew."""

import io
import json
import re
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console

from minsheng.engine.explaining.drawing import as_table
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household
from minsheng.engine.explaining.words import Language
from minsheng.engine.indicators.loading import earlier_model
from tests.spec.explaining.town import Row, run_two_months

PAGE = Path(__file__).parents[3] / "docs" / "explaining.md"
_WIDTH = 110
_HOUSEHOLD = 1
_FAMILY = (("self", "male", 42), ("daughter", "female", 14), ("parent", "male", 71), ("parent", "female", 68))
_ADMISSIONS = (
    (date(2026, 3, 18), 1_245_000, 9),
    (date(2026, 6, 2), 1_687_500, 12),
    (date(2026, 8, 21), 927_500, 7),
)


def explained(folder: Path) -> Explanation:
    """The driver's household of the domain reference, in two months of which the second lacks the medical records."""
    town = run_two_months(earlier_model("gansu", "2026.1"), folder, _members(), _records())
    return explain_household(town.second.household(_HOUSEHOLD), town.second.context, previous=town.first.household(_HOUSEHOLD))


def blocks(explanation: Explanation) -> dict[str, str]:
    """The parts of the page that are made from the explanation, by the name of their markers."""
    dumped = explanation.model_dump(mode="json")
    steps = [
        {"kind": step["kind"], "title": step["title"]["en"], "change": step["change"], "total": step["total"]} for step in dumped["steps"]
    ]
    return {
        "sentences": f"> {explanation.sentences.zh}\n>\n> {explanation.sentences.en}",
        "zh": _fenced("text", _drawn(explanation, "zh")),
        "en": _fenced("text", _drawn(explanation, "en")),
        "steps": _fenced("json", "[\n" + ",\n".join(f"  {json.dumps(step, ensure_ascii=False)}" for step in steps) + "\n]"),
    }


def renewed(page: str, explanation: Explanation) -> str:
    """The page with every marked part made anew."""
    for name, text in blocks(explanation).items():
        part = f"<!-- {name} -->\n{text}\n<!-- /{name} -->"
        page = re.sub(rf"<!-- {name} -->\n.*?<!-- /{name} -->", part.replace("\\", r"\\"), page, flags=re.DOTALL)
    return page


def _fenced(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```"


def _drawn(explanation: Explanation, language: Language) -> str:
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None)
    with console.capture() as capture:
        console.print(as_table(explanation, language))
    return "\n".join(line.rstrip() for line in capture.get().strip().splitlines())


def _members() -> list[Row]:
    return [
        {
            "household_key": _HOUSEHOLD,
            "person_key": 11 + at,
            "category": "DIBAO_MARGINAL",
            "relation": relation,
            "sex": sex,
            "birth_on": date(2026 - age, 3, 1),
            "age": age,
            "household_size": len(_FAMILY),
            "lives_alone": False,
            "months_since_exit": None,
        }
        for at, (relation, sex, age) in enumerate(_FAMILY)
    ]


def _records() -> list[tuple[str, Row]]:
    stays = [
        {"kind": "inpatient", "hospital": "区人民医院", "total_cost": own * 3, "fund_paid": own * 2, "own_share": own, "days": days}
        for _, own, days in _ADMISSIONS
    ]
    records = [
        ("medical_settlements", {"person_key": 11, "event_on": day, "settled_on": day, **stay})
        for (day, _, _), stay in zip(_ADMISSIONS, stays, strict=True)
    ]
    disease = {"registered_on": date(2026, 9, 7), "kind": "chronic", "certificate_no": "MT-0917"}
    jobless = {"registered_on": date(2026, 9, 10), "reason": "contract_ended", "benefit": 0}
    records.append(("disease_registrations", {"person_key": 11, "event_on": date(2026, 9, 7), **disease}))
    records.append(("registered_unemployment", {"person_key": 11, "event_on": date(2026, 9, 10), **jobless}))
    return records


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), explained(Path(scratch))), encoding="utf-8")
