"""The catalogue: what ships is sound, and every fault of every file is told at once."""

from pathlib import Path

import pytest

from minsheng.engine.contracts.loading import SHIPPED, Catalogue, CatalogueFaults, load_catalogue

CONTRACT = """\
feed: lost_dogs
department: police
title: {zh: 走失犬只, en: Lost dogs}
kind: events
event_on: lost_on
key: [tag]
area: division
person: {name: name, division: division}
volume: {per_1000_people: 3}
tolerance_months: 1
sensitivity: internal
agreement:
  purpose: {zh: 测试, en: a test}
  legal_basis: none
  allowed: [tag, name, lost_on, division]
  signed_on: 2023-01-01
  expires_on: 2028-12-31
columns:
  - {name: tag, title: {zh: 牌号, en: Tag}, headers: [犬牌号], type: text, required: true}
  - {name: name, title: {zh: 主人, en: Owner}, headers: [主人姓名], type: name, required: true}
  - {name: lost_on, title: {zh: 走失日期, en: Lost on}, headers: [日期], type: date, required: true}
  - {name: division, title: {zh: 区划, en: Division}, headers: [区划代码], type: division}
"""


def written(folder: Path, text: str, name: str = "lost_dogs.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path) -> str:
    with pytest.raises(CatalogueFaults) as caught:
        load_catalogue([folder])
    return str(caught.value)


def test_the_shipped_catalogue_has_every_feed_of_fifteen_departments(catalogue: Catalogue) -> None:
    assert len(catalogue) == 22
    assert len(catalogue.departments) == 15
    assert {contract.department for contract in catalogue.values()} == set(catalogue.departments)


def test_every_shipped_file_is_named_after_its_feed(catalogue: Catalogue) -> None:
    files = {path.stem for path in SHIPPED.glob("*.yaml")} - {"departments", "code_lists"}
    assert files == set(catalogue)


def test_every_column_offers_other_headers_and_every_code_other_spellings(catalogue: Catalogue) -> None:
    for contract in catalogue.values():
        for column in contract.columns:
            assert len(set(column.all_headers)) >= 4, (contract.feed, column.name)
            assert all(entry.aliases for entry in column.codes.values()), (contract.feed, column.name)


def test_some_feeds_hold_columns_that_their_agreement_does_not_allow(catalogue: Catalogue) -> None:
    withheld = {feed for feed, contract in catalogue.items() if len(contract.allowed_columns) < len(contract.columns)}
    assert "medical_settlements" in withheld


def test_a_feed_is_added_by_one_file_in_an_extra_folder(tmp_path: Path) -> None:
    catalogue = load_catalogue([written(tmp_path, CONTRACT)])
    assert catalogue["lost_dogs"].column("tag").required
    assert len(catalogue) == 23


def test_an_extra_folder_overrides_a_shipped_contract(tmp_path: Path) -> None:
    changed = (SHIPPED / "cremations.yaml").read_text(encoding="utf-8").replace("due_day: 5", "due_day: 30")
    catalogue = load_catalogue([written(tmp_path, changed, "cremations.yaml")])
    assert catalogue["cremations"].due_day == 30
    assert len(catalogue) == 22


def test_every_fault_of_every_file_is_reported_with_its_line(tmp_path: Path) -> None:
    written(tmp_path, CONTRACT.replace("key: [tag]", "key: [chip]").replace("[日期]", "[犬 牌 号]"))
    written(tmp_path, "feed: [", "broken.yaml")
    written(tmp_path, CONTRACT.replace("lost_dogs", "cats").replace("kind: events", "kind: weekly"), "cats.yaml")
    text = faults_of(tmp_path)
    assert "lost_dogs.yaml:6 key[0]: there is no column chip" in text
    assert "lost_dogs.yaml:21 columns[2].headers: header '犬 牌 号' already belongs to column tag" in text
    assert "is not valid YAML" in text
    assert "cats.yaml:4 kind: Input should be 'snapshot' or 'events'" in text


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("department: police", "department: moon", "there is no department moon"),
        ("event_on: lost_on", "event_on: tag", "column tag is text, but must be date"),
        ("event_on: lost_on\n", "", "events need the date on which they happened"),
        ("person: {name: name, division: division}", "person: {division: division}", "a row must name a person"),
        ("allowed: [tag, name,", "allowed: [name,", "column tag is needed to use the feed"),
        ("headers: [日期], type: date, required: true", "headers: [日期], type: date", "must be required"),
        ("headers: [区划代码], type: division", "headers: [区划代码], type: code", "a code column needs a code list"),
        ("headers: [犬牌号], type: text", "headers: [犬牌号], type: text, codes: dogs", "there is no shared code list 'dogs'"),
        ("headers: [犬牌号], type: text", "headers: [犬牌号], type: text, scale: 2", "only decimals have decimal places"),
        ("expires_on: 2028-12-31", "expires_on: 2022-12-31", "the agreement ends before it begins"),
        ("kind: events", "kind: events\nkind: snapshot", "is given twice"),
        ("{name: name, title", "{name: tag, title", "column tag is described twice"),
    ],
)
def test_a_fault_across_fields_is_told(tmp_path: Path, was: str, now: str, expected: str) -> None:
    assert was in CONTRACT
    assert expected in faults_of(written(tmp_path, CONTRACT.replace(was, now)))


def test_codes_whose_spellings_clash_are_told(tmp_path: Path) -> None:
    codes = "{a: {title: {zh: 甲, en: A one}, aliases: [1]}, b: {title: {zh: 乙, en: B one}, aliases: ['1']}}"
    text = CONTRACT.replace("headers: [犬牌号], type: text", f"headers: [犬牌号], type: code, codes: {codes}")
    assert "'1' already means a" in faults_of(written(tmp_path, text))


def test_two_files_for_one_feed_in_a_folder_are_told(tmp_path: Path) -> None:
    written(tmp_path, CONTRACT)
    assert "lost_dogs is already described in lost_dogs.yaml" in faults_of(written(tmp_path, CONTRACT, "other.yaml"))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert "there is no such folder" in faults_of(tmp_path / "nowhere")
