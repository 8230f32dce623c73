"""How a campaign goes to a few first and to the others later: who belongs to which stage, and what it waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from chalicelib.domain.customers import Customer
from chalicelib.domain.drawing import draw
from chalicelib.domain.durations import span, span_text
from chalicelib.domain.reading import Faults, Fields, one_of

MOST_STAGES = 8  # beside the last one, of all others
_BY_HAND = "by_hand"
_AFTER = "after "
StageField = Literal["country", "region", "home_store"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchStage:
    """Who goes in one stage: a share by lot, those of some places, or members of some segments."""

    share: int | None = None  # whole percent of the audience
    field: StageField | None = None
    values: tuple[str, ...] = ()  # of that field
    segments: tuple[str, ...] = ()  # members of any


def read_stages(body: Fields, faults: Faults) -> tuple[LaunchStage, ...]:
    """The field `stages`."""
    value = body.value("stages")
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        body.wrong_type("stages", "must be a list of objects")
        return ()
    if not 1 <= len(value) <= MOST_STAGES:
        body.invalid("stages", f"must be 1 to {MOST_STAGES}; all others come last by themselves; got {len(value)}")
        return ()
    stages = tuple(_stage(one, f"stages[{place}]", faults) for place, one in enumerate(value))
    if sum(stage.share or 0 for stage in stages) > 100:
        body.invalid("stages", "must have shares of 100 percent together at most")
    return stages


def _stage(value: Any, where: str, faults: Faults) -> LaunchStage:
    body = Fields(value, where, faults)
    stage = LaunchStage(
        share=body.whole("share", 1, 100),
        field=body.parsed("field", one_of(StageField), None),
        values=body.texts("in"),
        segments=body.slugs("segments"),
    )
    body.done()
    kinds = [stage.share is not None, stage.field is not None, bool(stage.segments)]
    if sum(kinds) != 1 or (stage.field is None) == bool(stage.values):
        body.invalid("share", 'write one of {"share": 10}, {"field": "country", "in": ["GB"]}, {"segments": [...]}')
    return stage


def go_on(value: Any) -> timedelta | None:
    """Read `go_on`: "by_hand" (None), or "after 2d". Raises ValueError."""
    if value == _BY_HAND:
        return None
    if not isinstance(value, str) or not value.startswith(_AFTER):
        raise ValueError(f"must be {_BY_HAND}, or a time such as `after 2d`, got {str(value)[:40]!r}")
    return span(value.removeprefix(_AFTER))


def go_on_text(after: timedelta | None) -> str:
    """As the API shows it."""
    return _BY_HAND if after is None else f"{_AFTER}{span_text(after)}"


def stages_to_fields(stages: Sequence[LaunchStage]) -> list[dict[str, Any]] | None:
    """As the API shows them."""
    return [_to_fields(stage) for stage in stages] or None


def _to_fields(stage: LaunchStage) -> dict[str, Any]:
    if stage.share is not None:
        return {"share": stage.share}
    if stage.field is not None:
        return {"field": stage.field, "in": list(stage.values)}
    return {"segments": list(stage.segments)}


def count_stages(stages: Sequence[LaunchStage]) -> int:
    """How many stages there are with the last one, of all others; that one is missing where nobody can be left."""
    return len(stages) + (sum(stage.share or 0 for stage in stages) < 100)


def stage_of(stages: Sequence[LaunchStage], campaign: str, customer: Customer, is_member: Mapping[str, Any]) -> int:
    """The number, from 1, of the first stage that takes this person.

    Args:
        stages: in the order in which they go.
        campaign: its name.
        customer: as planned.
        is_member: for each segment of a stage, the question whether a customer belongs to it.
    """
    place, taken = draw("stage", campaign, customer.id), 0
    for number, stage in enumerate(stages, 1):
        if stage.share is not None:
            if taken <= place < taken + stage.share:
                return number
            taken += stage.share
        elif stage.field is not None:
            if getattr(customer, stage.field) in stage.values:
                return number
        elif any(is_member[name](customer) for name in stage.segments if name in is_member):
            return number
    return len(stages) + 1
