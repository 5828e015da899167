"""Adding a feed, an indicator or a model touches one place each: one file in a folder of one's own, and no code."""

from dataclasses import replace

import pytest
import yaml

from minsheng.domain.monitoring import operations as monitoring
from minsheng.engine.contracts.loading import SHIPPED as SHIPPED_CONTRACTS
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.indicators.loading import SHIPPED as SHIPPED_MODELS
from minsheng.engine.indicators.loading import load_model
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY, DIVISION
from tests.operations.feeds.deliveries import Inbox, name_of, number_of, settlement
from tests.operations.feeds.reading import balance, ledger

FEED = """
feed: heating_arrears
department: power_utility
title: {zh: 供热欠费, en: Heating arrears}
file_names: [供热欠费]
kind: events
event_on: billed_on
key: [bill_no]
area: division
person: {number: number, name: name, division: division}
volume: {per_1000_people: 20}
tolerance_months: 2
sensitivity: personal
agreement:
  purpose: {zh: 发现冬季困难家庭, en: Find households in trouble in winter}
  legal_basis: made up for this test
  allowed: [number, name, bill_no, billed_on, owed, division]
  signed_on: 2024-01-01
  expires_on: 2028-12-31
columns:
  - {name: number, title: {zh: 身份证号, en: Identity number}, headers: [身份证号], type: identity_number, sensitivity: sensitive}
  - {name: name, title: {zh: 户名, en: Name}, headers: [户名], type: name, required: true}
  - {name: bill_no, title: {zh: 账单号, en: Bill number}, headers: [账单号], type: text, required: true, sensitivity: internal}
  - {name: billed_on, title: {zh: 出账日期, en: Billed on}, headers: [出账日期], type: date, required: true}
  - {name: owed, title: {zh: 欠费金额, en: Owed}, headers: [欠费金额], type: money, unit: 元, required: true}
  - {name: division, title: {zh: 区划, en: Division}, headers: [区划], type: division, required: true}
"""
INDICATOR = """
id: heating_debt
title: {zh: 供热欠费, en: heating arrears}
dimension: DIMENSION
source: heating_arrears
window_months: 3
measure: {sum: owed}
bands: {default: [{from: 100000, points: 25}]}
evidence: [billed_on, owed]
reason: {zh: "{member}近{months}个月供热欠费{value}元", en: "{member} owes {value} yuan for heating in {months} months"}
basis: made up for this test
"""
MODEL = """
model: winter
version: "2026.1"
title: {zh: 冬季模型, en: Winter model}
note: {zh: 测试用, en: for a test}
dimensions: {home: {title: {zh: 居住, en: home}, person_cap: 50, household_cap: 50, basis: made up}}
indicators: []
overlap: {percent: {2: 10}, basis: made up}
identity: {percent: {DIBAO: 100}, basis: made up}
levels: {blue: 20, yellow: 40, orange: 60, red: 80, basis: made up}
hysteresis: {margin: 3, basis: made up}
suppression: {quiet_months: 6, verdicts: [TRUE_HELPED], basis: made up}
"""


def arrears(serial, owed):
    return {
        "number": number_of(serial),
        "name": name_of(serial),
        "bill_no": f"B{serial}",
        "billed_on": "2026-09-20",
        "owed": owed,
        "division": DIVISION,
    }


@pytest.fixture
def extended(db, tmp_path, installation):
    """An installation with one more feed, from a folder of its own; its register knows five people."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "heating_arrears.yaml").write_text(FEED)
    inbox = Inbox(tmp_path / "inbox", replace(installation, catalogue=load_catalogue([folder]), threads=1))
    inbox.register()
    return inbox


def with_indicator(model, dimension):
    """The text of a model with one indicator more."""
    indicator = yaml.safe_load(INDICATOR.replace("DIMENSION", dimension))
    return yaml.safe_dump({**model, "indicators": [*model["indicators"], indicator]}, allow_unicode=True)


def run(inbox, model):
    return monitoring.run(month=Month(2026, 9), model=model, installation=inbox.installation, by=BY, at=NOW, progress=SILENT)


def test_a_feed_is_one_file_and_its_deliveries_are_recognised_checked_matched_and_kept(extended):
    assert set(extended.installation.catalogue) - set(load_catalogue()) == {"heating_arrears"}
    path = extended.put("heating_arrears", [arrears(1, "1200"), arrears(2, "viel"), arrears(1, "1200")], name="供热欠费2026年09月.csv")
    receipt = extended.receive(path)[0]
    assert (receipt.feed, receipt.status, balance(receipt)) == ("heating_arrears", "received", (3, 1, 1, 1, 0))
    assert ledger(extended.installation, receipt.delivery) == [(1, 2)]


def test_an_indicator_is_one_entry_in_a_model_and_runs_on_the_new_feed(extended):
    extended.send("heating_arrears", [arrears(1, "1200"), arrears(3, "20")])
    extended.send("medical_settlements", [settlement(3, own_share="90000")])
    shipped = yaml.safe_load((SHIPPED_MODELS / "gansu.yaml").read_text())
    text = with_indicator({**shipped, "version": "2026.99"}, "work")
    published = monitoring.publish_model(text=text, origin="test", installation=extended.installation, by=BY, at=NOW)
    outcome = run(extended, published)
    assert (outcome.model, outcome.households) == ("gansu@2026.99", 3)
    assert outcome.by_level["none"] == 1
    assert outcome.warnings == 2


def test_a_model_is_one_file_published_with_the_shipped_ones(extended, tmp_path):
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "winter.yaml").write_text(with_indicator(yaml.safe_load(MODEL), "home"))
    inbox = extended.at(model_folders=(folder,))
    names = monitoring.publish_shipped(installation=inbox.installation, by=BY, at=NOW)
    assert [name for name in names if name.startswith("winter")] == ["winter@2026.1"]
    inbox.send("heating_arrears", [arrears(1, "1200"), arrears(3, "20")])
    outcome = run(inbox, "winter")
    assert (outcome.by_level["blue"], outcome.by_level["none"], outcome.warnings) == (1, 2, 1)


def test_every_shipped_contract_and_model_is_one_file_too():
    contracts = {path.stem for path in SHIPPED_CONTRACTS.glob("*.yaml")} - {"departments", "code_lists"}
    assert contracts == set(load_catalogue())
    assert all(load_model(path).name == path.stem for path in SHIPPED_MODELS.glob("*.yaml"))
