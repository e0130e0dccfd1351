"""Where things are."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualmlp import paths


def test_bundled_folders_hold_what_the_program_needs() -> None:
    assert (paths.resources() / "experiments" / "digits.toml").is_file()
    assert (paths.bundled_data() / "digits").is_dir()


def test_user_folders_are_the_users(user_folders: Path) -> None:
    assert user_folders in paths.user_data().parents
    assert not paths.user_data().exists()
    assert user_folders in paths.user_log().parents
    assert paths.user_log().parent.is_dir()


def test_named_folder_is_searched_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUALMLP_DATA", raising=False)
    assert paths.data_folders() == [paths.user_data()]
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    assert paths.data_folders() == [tmp_path, paths.user_data()]


def test_an_empty_variable_names_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", "")
    monkeypatch.delenv("VISUALMLP_DATA", raising=False)
    assert paths.data_folders() == [paths.user_data()]
