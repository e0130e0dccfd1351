"""An experiment on files of the user's own."""

from __future__ import annotations

from pathlib import Path

from visualmlp.data import source_of
from visualmlp.data.pictures.files import ENDINGS, LABEL_ENDINGS
from visualmlp.experiment import AUTO, Data, Experiment, Layer, Output

DATA_FILES = (
    "Data (*.csv *.tsv *.txt *.tab *.dat *.data *.parquet *.pq *.xlsx *.xlsm *.xls *.ods *.gz "
    "*.npz *.npy *.mat *.pkl *.pickle *idx* *ubyte* *.png *.jpg *.jpeg *.bmp *.gif)"
    ";;All files (*)"
)
"""What a file dialog shows; a picture stands for the folder of its class."""


def on_data(
    experiment: Experiment, path: Path, test_path: Path | None = None, source: str = ""
) -> Experiment:
    """An experiment on files, with the other settings of the present one.

    Settings that were made for the present data alone (given values, a task or a loss that
    does not follow the data) are not taken over.

    Parameters
    ----------
    source
        What reads them; guessed if empty.
    """
    path = picture_folder(path)
    source = source or source_of(path)
    data = Data(source=source, path=str(path), test_path=str(test_path or ""))
    fresh = experiment if _follows_the_data(experiment) else Experiment()
    return fresh.replace(data=data, title=path.name or str(path))


def picture_folder(path: Path) -> Path:
    """For a single picture the folder with the folders of the classes, or with the label file."""
    if not path.name.lower().endswith(ENDINGS) or not path.is_file():
        return path
    beside = path.resolve().parent
    has_labels = any(file.name.lower().endswith(LABEL_ENDINGS) for file in _files(beside))
    return beside if has_labels else beside.parent


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _follows_the_data(experiment: Experiment) -> bool:
    network = experiment.network
    layers: tuple[Layer | Output, ...] = (*network.hidden, network.output)
    given = any("given" in (layer.weight_init, layer.bias_init) for layer in layers)
    automatic = (experiment.data.task, network.loss, network.output.activation)
    return not given and automatic == ("auto", AUTO, AUTO)
