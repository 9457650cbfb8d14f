"""The step definitions of feature files: one for each kind, which takes any text to the vocabulary.

They are put into the module of each feature file of ours, and nowhere else: steps of other authors stay theirs.
"""

from __future__ import annotations

from typing import Any

from pytest_bdd import given, then, when
from pytest_bdd.parsers import StepParser

from gonogo.specs.scene import Scene
from gonogo.specs.vocabulary import Kind, perform


class AnyStep(StepParser):
    """Every text is a step: which one, and whether there is one, the vocabulary says."""

    def parse_arguments(self, name: str) -> dict[str, Any]:
        """The text of the step."""
        return {"told": name}

    def is_matching(self, name: str) -> bool:
        """Steps of other authors stand in other files."""
        return True


def definitions() -> dict[str, Any]:
    """What pytest-bdd has made of the steps below."""
    return {name: value for name, value in globals().items() if name.startswith("pytestbdd_")}


def _do(kind: Kind, told: str, scene: Scene, datatable: list[list[str]] | None) -> None:
    __tracebackhide__ = True
    perform(kind, told, scene, datatable)


@given(AnyStep("gonogo given"))
def _given(told: str, gonogo_scene: Scene, datatable: list[list[str]] | None = None) -> None:
    __tracebackhide__ = True
    _do("given", told, gonogo_scene, datatable)


@when(AnyStep("gonogo when"))
def _when(told: str, gonogo_scene: Scene, datatable: list[list[str]] | None = None) -> None:
    __tracebackhide__ = True
    _do("when", told, gonogo_scene, datatable)


@then(AnyStep("gonogo then"))
def _then(told: str, gonogo_scene: Scene, datatable: list[list[str]] | None = None) -> None:
    __tracebackhide__ = True
    _do("then", told, gonogo_scene, datatable)
