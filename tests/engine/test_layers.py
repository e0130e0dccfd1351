import pytest

from visualmlp.engine import DenseSpec
from visualmlp.errors import ExperimentError, UnknownNameError


@pytest.mark.parametrize("wrong", [{"units": 0}, {"dropout": -0.1}, {"dropout": 1.0}])
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(ExperimentError, match=str(next(iter(wrong.values())))):
        DenseSpec(**{"units": 3, "activation": "relu", **wrong})


@pytest.mark.parametrize("field", ["activation", "weight_init", "bias_init"])
def test_unknown_names_are_refused(field):
    with pytest.raises(UnknownNameError, match="'nonesuch'"):
        DenseSpec(**{"units": 3, "activation": "relu", field: "nonesuch"})
