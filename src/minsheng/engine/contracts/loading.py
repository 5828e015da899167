"""Loading the catalogue: the shipped contracts, and any more from extra folders."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import TypeAdapter, ValidationError

from minsheng.engine.contracts.checks import contract_flaws
from minsheng.engine.contracts.documents import Document, Fault, Plain
from minsheng.engine.contracts.schema import Code, Contract, Department
from minsheng.kernel.errors import Refusal

SHIPPED = Path(__file__).parent / "catalogue"
_DEPARTMENTS = "departments.yaml"
_CODE_LISTS = "code_lists.yaml"
CodeLists = dict[str, dict[str, Code]]
T = TypeVar("T")
_CONTRACT = TypeAdapter(Contract)
_DEPARTMENT_LIST = TypeAdapter(list[Department])
_CODE_LIST_MAP = TypeAdapter(CodeLists)


class CatalogueFaults(Refusal):
    """Some contracts cannot be used; `faults` lists every fault of every file."""

    code: ClassVar[str] = "catalogue-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"The contracts have {len(faults)} fault(s):\n{lines}\n", next_step="Mend the files named here and try again.")
        self.faults = tuple(faults)


class Catalogue(Mapping[str, Contract]):
    """Contracts by feed, with the departments that deliver them."""

    def __init__(self, contracts: Mapping[str, Contract], departments: Mapping[str, Department]) -> None:
        self._contracts = dict(sorted(contracts.items()))
        self.departments = dict(departments)

    def __getitem__(self, feed: str) -> Contract:
        return self._contracts[feed]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contracts)

    def __len__(self) -> int:
        return len(self._contracts)

    def department_of(self, feed: str) -> Department:
        """The department that delivers a feed."""
        return self.departments[self._contracts[feed].department]


def load_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """Load the shipped contracts and those of the extra folders; a later folder overrides an earlier one feed by feed.

    A folder holds one YAML file per feed, and may hold `departments.yaml` and `code_lists.yaml`, which add to what is known.
    Raises CatalogueFaults with every fault of every file.
    """
    loading = _Loading()
    for folder in (SHIPPED, *extra):
        loading.add(folder)
    if loading.faults:
        raise CatalogueFaults(loading.faults)
    return Catalogue(loading.contracts, loading.departments)


class _Loading:
    """What has been read so far, and every fault met."""

    def __init__(self) -> None:
        self.contracts: dict[str, Contract] = {}
        self.departments: dict[str, Department] = {}
        self.code_lists: dict[str, Plain] = {}
        self.faults: list[Fault] = []

    def add(self, folder: Path) -> None:
        if not folder.is_dir():
            self.faults.append(Fault(str(folder), 1, "", "there is no such folder"))
            return
        self._add_departments(folder / _DEPARTMENTS)
        self._add_code_lists(folder / _CODE_LISTS)
        here: dict[str, str] = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.name not in (_DEPARTMENTS, _CODE_LISTS):
                self._add_contract(Document(path), here)

    def _add_departments(self, path: Path) -> None:
        if path.exists():
            document = Document(path)
            for department in self._validated(document, _DEPARTMENT_LIST) or ():
                self.departments[department.id] = department

    def _add_code_lists(self, path: Path) -> None:
        if path.exists():
            document = Document(path)
            if self._validated(document, _CODE_LIST_MAP) is not None and isinstance(document.data, dict):
                self.code_lists |= document.data

    def _add_contract(self, document: Document, here: dict[str, str]) -> None:
        self._fill_in_code_lists(document)
        contract = self._validated(document, _CONTRACT)
        if contract is None:
            return
        self.faults += [document.fault(flaw.place, flaw.message) for flaw in contract_flaws(contract)]
        if contract.department not in self.departments:
            self.faults.append(document.fault(("department",), f"there is no department {contract.department}"))
        if contract.feed in here:
            self.faults.append(document.fault(("feed",), f"{contract.feed} is already described in {here[contract.feed]}"))
        here[contract.feed] = document.file
        self.contracts[contract.feed] = contract

    def _fill_in_code_lists(self, document: Document) -> None:
        """Replace `codes: <name of a shared list>` by the list."""
        columns = document.data.get("columns") if isinstance(document.data, dict) else None
        for at, column in enumerate(columns if isinstance(columns, list) else ()):
            if isinstance(column, dict) and isinstance(name := column.get("codes"), str):
                if name in self.code_lists:
                    column["codes"] = self.code_lists[name]
                else:
                    document.faults.append(document.fault(("columns", at, "codes"), f"there is no shared code list {name!r}"))
                    del column["codes"]

    def _validated(self, document: Document, adapter: TypeAdapter[T]) -> T | None:
        self.faults += document.faults
        if document.faults:
            return None
        try:
            return adapter.validate_python(document.data)
        except ValidationError as error:
            self.faults += [document.fault(fault["loc"], fault["msg"]) for fault in error.errors()]
            return None
