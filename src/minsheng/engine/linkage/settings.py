"""What linkage goes by: comparisons, blocking rules, a trained model and the thresholds; with the registry's own as default."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from minsheng.engine.linkage.comparisons import Block, ChineseName, Comparison, DayOfBirth, Exact, Nested


class Shares(BaseModel):
    """How often a level of agreement is found between two records of one person (m) and of two people (u)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)


class LinkageModel(BaseModel):
    """A trained model as data: comparison title → level title → shares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comparisons: Mapping[str, Mapping[str, Shares]]

    @classmethod
    def for_registry(cls) -> "LinkageModel":
        """Read the model that ships with the project, so that a small file needs no training."""
        return cls.model_validate_json(files("minsheng.engine.linkage").joinpath("registry_model.json").read_text(encoding="utf-8"))


ID: Final = "unique_id"
"""The integer column that tells records of one frame apart."""

REGISTRY_COMPARISONS: Final[tuple[Comparison, ...]] = (
    ChineseName(column="name", pinyin="pinyin"),
    DayOfBirth(column="birth_on"),
    Exact(column="sex"),
    Nested(column="division", lengths=(12, 9, 6)),
    Exact(column="phone_index"),
)
REGISTRY_BLOCKING: Final = (
    Block.on("birth_on", "division:9"),
    Block.on("birth_on", "pinyin:2"),
    Block.on("birth_on", "pinyin:-3"),
    Block.on("phone_index"),
    Block.on("name", "division:9"),
    Block.on("name", "birth_on:4"),
    Block.on("pinyin", "birth_on:4"),
    Block.on("pinyin", "division:9"),
)
REGISTRY_TRAINING: Final = (Block.on("birth_on"), Block.on("name", "division:9"))


class LinkageSettings(BaseModel):
    """Everything linkage goes by. The default links a department's rows to the registry's people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    comparisons: tuple[Comparison, ...] = REGISTRY_COMPARISONS
    blocking: tuple[Block, ...] = REGISTRY_BLOCKING
    training: tuple[Block, ...] = REGISTRY_TRAINING
    linkage_model: LinkageModel = Field(default_factory=LinkageModel.for_registry)
    expected_matches: float = Field(default=0.25, gt=0)
    """How many of the people one row is expected to be, before anything is known of it: a quarter of the rows are about the registry's."""
    sure: float = Field(default=0.999, gt=0.5, le=1)
    """From this probability a candidate is accepted, if the names agree."""
    doubtful: float = Field(default=0.5, gt=0, le=1)
    """From this probability a candidate is shown to a person."""
    most_candidates: int = Field(default=5, ge=1)
