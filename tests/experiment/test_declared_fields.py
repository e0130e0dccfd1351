"""The declared hyper-parameters: what forms show, what is refused."""

from __future__ import annotations

from math import inf, nan
from typing import Any, get_args

import pytest

from visualmlp.data import CURVES, SCALERS, SOURCES
from visualmlp.engine import (
    ACTIVATIONS,
    DRAW_ORDERS,
    GIVEN,
    INITIALIZERS,
    LOSSES,
    NORMALISATIONS,
    OPTIMIZERS,
    SAMPLERS,
    SCHEDULES,
    STREAMS,
)
from visualmlp.errors import ExperimentError
from visualmlp.experiment import (
    AUTO,
    Data,
    Experiment,
    FieldSpec,
    Layer,
    Network,
    Optimizer,
    Random,
    Regularization,
    Schedule,
    Section,
    Training,
    fields_of,
)
from visualmlp.experiment.network import Output

SECTIONS = (Data, Layer, Output, Network, Optimizer, Schedule, Regularization, Training, Random)
FIELDS = [(section, field) for section in SECTIONS for field in fields_of(section)]
NUMBERS = [(section, field) for section, field in FIELDS if field.type in (int, float)]

every_field = pytest.mark.parametrize(
    ("section", "field"), FIELDS, ids=[f"{s.__name__}.{f.name}" for s, f in FIELDS]
)
every_number = pytest.mark.parametrize(
    ("section", "field"), NUMBERS, ids=[f"{s.__name__}.{f.name}" for s, f in NUMBERS]
)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_value_is_declared_for_forms(section: type[Section]) -> None:
    in_files_only = {"weight_values", "bias_values", "inputs", "targets", "labels", "columns"}
    expected = [name for name in section.model_fields if name not in in_files_only]
    assert [field.name for field in fields_of(section)] == expected


@every_field
def test_field_tells_what_it_is(section: type[Section], field: FieldSpec) -> None:
    assert field.ui.label
    assert field.ui.scale in ("linear", "log")
    assert field.ui.step > 0
    assert field.description.endswith(".")
    assert field.description[0].isupper()


@every_field
def test_default_is_accepted_and_shown(section: type[Section], field: FieldSpec) -> None:
    default = getattr(section(), field.name)
    assert default == field.default
    assert getattr(section.checked({field.name: default}), field.name) == default
    assert not field.choices or default in field.choices


@every_field
def test_visibility_can_be_asked_for(section: type[Section], field: FieldSpec) -> None:
    assert field.is_visible(section()) in (True, False)


@every_number
def test_number_beyond_its_range_is_refused(section: type[Section], field: FieldSpec) -> None:
    assert field.low is not None
    low = field.low if field.low_open else field.low - 1
    with pytest.raises(ExperimentError, match=rf"^{field.name}: .*than .*{field.low}, not"):
        section.checked({field.name: low})
    if field.high is not None:
        high = field.high if field.high_open else field.high + 1
        with pytest.raises(ExperimentError, match=rf"^{field.name}: .*than .*{field.high}, not"):
            section.checked({field.name: high})


@every_number
def test_ends_of_the_range_are_accepted(section: type[Section], field: FieldSpec) -> None:
    ends = [field.low] * (not field.low_open) + [field.high] * (not field.high_open)
    for end in ends:
        if end is not None:
            assert getattr(section.checked({field.name: end}), field.name) == end


@every_number
@pytest.mark.parametrize("value", [inf, -inf, nan, "many", None, [1], {}, True, b"\xff"])
def test_what_is_no_finite_number_is_refused(
    section: type[Section], field: FieldSpec, value: Any
) -> None:
    with pytest.raises(ExperimentError, match=rf"^{field.name}: "):
        section.checked({field.name: value})


@pytest.mark.parametrize(
    ("section", "name", "registry", "extra"),
    [
        (Data, "source", SOURCES, ()),
        (Data, "shape", CURVES, ()),
        (Data, "scaling", SCALERS, ()),
        (Layer, "activation", ACTIVATIONS, ()),
        (Layer, "weight_init", INITIALIZERS, ()),
        (Layer, "bias_init", INITIALIZERS, ()),
        (Output, "activation", ACTIVATIONS, (AUTO,)),
        (Output, "weight_init", INITIALIZERS, ()),
        (Output, "bias_init", INITIALIZERS, ()),
        (Network, "loss", LOSSES, (AUTO,)),
        (Optimizer, "name", OPTIMIZERS, ()),
        (Schedule, "name", SCHEDULES, ()),
        (Network, "loss_normalisation", NORMALISATIONS, ()),
        (Training, "sampling", SAMPLERS, ()),
        (Random, "initial", STREAMS, ()),
        (Random, "sampling", STREAMS, ()),
        (Random, "draw_order", DRAW_ORDERS, ()),
    ],
)
def test_choices_are_the_registrys(
    section: type[Section], name: str, registry: Any, extra: tuple[str, ...]
) -> None:
    [field] = [field for field in fields_of(section) if field.name == name]
    last = (GIVEN,) if name.endswith("_init") else ()
    assert field.choices == (*extra, *registry, *last)
    for choice in (*extra, *registry):
        assert getattr(section.checked({name: choice}), name) == choice
    with pytest.raises(ExperimentError, match=rf"^{name}: unknown .* 'nonsense'"):
        section.checked({name: "nonsense"})


def test_a_misspelt_choice_gets_a_hint() -> None:
    with pytest.raises(ExperimentError, match=r"^name: unknown optimizer 'adm': did you mean 'ad"):
        Optimizer.checked({"name": "adm"})


def test_literal_choices_are_named_in_the_refusal() -> None:
    names = get_args(Data.model_fields["task"].annotation)
    with pytest.raises(ExperimentError) as caught:
        Data.checked({"task": "guess"})
    assert all(name in str(caught.value) for name in names)


@pytest.mark.parametrize("section", [*SECTIONS, Experiment])
def test_unknown_field_is_refused(section: type[Section]) -> None:
    with pytest.raises(ExperimentError, match=r"^bogus: there is no such field$"):
        section.checked({"bogus": 1})


def test_nested_refusal_names_the_whole_place() -> None:
    values = {"network": {"hidden": [{"units": 3}, {"units": 0}]}}
    with pytest.raises(ExperimentError, match=r"^network\.hidden\.1\.units: .* 1, not 0$"):
        Experiment.checked(values)


def test_replace_changes_a_copy_only() -> None:
    before = Training()
    after = before.replace(batch_size=7)
    assert (before.batch_size, after.batch_size) == (32, 7)
    assert after.replace(batch_size=32) == before


def test_replace_validates() -> None:
    with pytest.raises(ExperimentError, match=r"^batch_size: .* 1, not 0$"):
        Training().replace(batch_size=0)
    with pytest.raises(ExperimentError, match=r"^bogus"):
        Training().replace(bogus=0)
    with pytest.raises(ExperimentError, match="needs outputs between 0 and 1"):
        Experiment().replace(
            network=Network(loss="cross_entropy", output=Output(activation="tanh"))
        )


def test_values_cannot_be_assigned() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Training().batch_size = 7  # type: ignore[misc]


def test_too_many_layers_are_refused() -> None:
    assert len(Network.checked({"hidden": [1] * 50}).hidden) == 50
    with pytest.raises(ExperimentError, match=r"^hidden: .*at most 50"):
        Network.checked({"hidden": [1] * 51})


@pytest.mark.parametrize("sizes", [[128, 64], (128, 64), [{"units": 128}, Layer(units=64)]])
def test_bare_sizes_stand_for_layers(sizes: Any) -> None:
    assert Network.checked({"hidden": sizes}).hidden == (Layer(units=128), Layer(units=64))


@pytest.mark.parametrize("hidden", [5, "5", [True], [1.5], ["x"], [None], {"units": 3}])
def test_what_is_no_list_of_layers_is_refused(hidden: Any) -> None:
    with pytest.raises(ExperimentError, match=r"^hidden"):
        Network.checked({"hidden": hidden})


def test_numbers_stand_for_names_of_classes() -> None:
    assert Data.checked({"classes": [5, "8"]}).classes == ("5", "8")


LOGARITHMIC = ("cross_entropy", "binary_cross_entropy")


@pytest.mark.parametrize("loss", LOGARITHMIC)
@pytest.mark.parametrize("activation", [AUTO, *ACTIVATIONS])
def test_logarithmic_losses_need_probabilities(loss: str, activation: str) -> None:
    network = {"loss": loss, "output": {"activation": activation}}
    if activation == AUTO or ACTIVATIONS[activation].in_unit_interval:
        assert Experiment.checked({"network": network}).network.loss == loss
        return
    with pytest.raises(
        ExperimentError, match=rf"^network\.loss: {loss} .* instead of {activation}"
    ):
        Experiment.checked({"network": network})


@pytest.mark.parametrize("loss", [AUTO, *(name for name in LOSSES if name not in LOGARITHMIC)])
@pytest.mark.parametrize("activation", [AUTO, *ACTIVATIONS])
def test_other_losses_take_every_output(loss: str, activation: str) -> None:
    network = {"loss": loss, "output": {"activation": activation}}
    assert Experiment.checked({"network": network}).network.loss == loss


@pytest.mark.parametrize(
    ("section", "shown", "hidden"),
    [
        (Data(source="digits"), set(), {"n_samples", "noise", "path", "shape"}),
        (Data(source="curve"), {"n_samples", "noise", "shape", "seed"}, {"path", "n_classes"}),
        (Data(source="blobs"), {"n_classes"}, {"shape"}),
        (Data(source="idx"), {"path"}, {"n_samples"}),
        (Data(source="csv"), {"path", "label_column"}, {"n_samples"}),
        (Data(source="csv", columns=[{"name": "x", "role": "ignore"}]), {"label_column"}, set()),
        (Data(source="csv", columns=[{"name": "y", "role": "target"}]), set(), {"label_column"}),
        (Optimizer(name="sgd"), set(), {"momentum", "beta1", "rho", "epsilon", "weight_decay"}),
        (Optimizer(name="momentum"), {"momentum"}, {"beta1"}),
        (Optimizer(name="adamw"), {"beta1", "beta2", "epsilon", "weight_decay"}, {"momentum"}),
        (Schedule(name="constant"), {"warmup_steps"}, {"step_size", "decay", "min_factor"}),
        (Schedule(name="cosine"), {"min_factor"}, {"step_size"}),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),  # sets have no order
)
def test_only_fields_with_an_effect_are_shown(
    section: Section, shown: set[str], hidden: set[str]
) -> None:
    visible = {field.name for field in fields_of(type(section)) if field.is_visible(section)}
    assert shown <= visible
    assert not hidden & visible


def test_optimizers_and_schedules_use_only_declared_settings() -> None:
    for optimizer in OPTIMIZERS.values():
        assert set(optimizer.settings_used) <= set(Optimizer.model_fields)
    for schedule in SCHEDULES.values():
        assert set(schedule.settings_used) <= {*Schedule.model_fields, "total_steps"}


@pytest.mark.parametrize("section", [Layer, Output])
def test_given_values_need_the_values(section: type[Section]) -> None:
    for kind, values in (("weight", [[1, 2], [3, 4]]), ("bias", [1, 2])):
        with pytest.raises(ExperimentError, match=f"{kind}_init: given needs the numbers"):
            section.checked({f"{kind}_init": GIVEN})
        given = section.checked({f"{kind}_init": GIVEN, f"{kind}_values": values})
        assert getattr(given, f"{kind}_init") == GIVEN


def test_clipping_needs_the_whole_gradient() -> None:
    values = {"optimizer": {"layer_order": "output_first"}, "regularization": {"clip_norm": 1}}
    with pytest.raises(ExperimentError, match="clip_norm: the gradient's norm is known only when"):
        Experiment.checked(values)
