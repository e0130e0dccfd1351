"""The project as a folder: pins, forbidden texts, what the wheel carries."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
NOT_OURS = {
    ".git", ".venv", ".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache",
    ".ruff_cache", "__pycache__", "build", "dist",
}  # fmt: skip

PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==[0-9][0-9A-Za-z.]*")
REGISTRY_HOST = re.compile(
    rb"pypi\.(org|python)|(python[h]osted|anaconda|conda-forge)\.org", re.IGNORECASE
)
OWN_FOLDER = re.compile(rb"(?<![\w.~/-])(/(home|root|work|Users)/|[A-Z]:\\Users\\)\w")


def files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.suffix in {".egg-info", ".vmlp"}:
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def declared() -> list[str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = config["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return [re.split(r"[^\w.-]", requirement)[0] for requirement in wanted]


def test_constraints_are_pins_and_nothing_else() -> None:
    assert [line for line in pins() if not PIN.fullmatch(line)] == []


def test_constraints_pin_every_dependency_once() -> None:
    names = [normalised(line.split("==")[0]) for line in pins()]
    assert len(names) == len(set(names))
    assert {normalised(name) for name in declared()} <= set(names)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRY_HOST, "https://{}.org/simple".format("pypi")),
        (REGISTRY_HOST, "files.python{}.org".format("hosted")),
        (OWN_FOLDER, 'Path("/{}/ada/data")'.format("home")),
        (OWN_FOLDER, "see /{}/notes.txt".format("root")),
        (OWN_FOLDER, "C:\\{}\\ada".format("Users")),
    ],
)
def test_forbidden_texts_are_recognised(pattern: re.Pattern[bytes], text: str) -> None:
    assert pattern.search(text.encode())


@pytest.mark.parametrize("pattern", [REGISTRY_HOST, OWN_FOLDER], ids=["host", "folder"])
def test_no_file_names_a_registry_or_a_folder_of_ours(pattern: re.Pattern[bytes]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode(errors='replace')}"
        for path in files(ROOT)
        if (match := pattern.search(path.read_bytes()))
    ]
    assert found == []


def test_the_engine_needs_numpy_and_nothing_else() -> None:
    code = """
import sys
import numpy.random
before = set(sys.modules)
import visualmlp.engine
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(*loaded - sys.stdlib_module_names)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"visualmlp"} <= set(done.stdout.split()) <= {"numpy", "visualmlp"}


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", ["resources", "data"])
def test_wheel_carries_bundled_files(wheel_names: set[str], folder: str) -> None:
    bundled = {
        f"visualmlp/_bundled/{path.relative_to(ROOT).as_posix()}" for path in files(ROOT / folder)
    }
    assert bundled
    assert bundled <= wheel_names


def test_wheel_carries_the_package(wheel_names: set[str]) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in files(ROOT / "visualmlp")}
    assert "visualmlp/py.typed" in modules
    assert modules <= wheel_names
