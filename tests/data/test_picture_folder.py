"""Folders of pictures of the user's, and what becomes of each picture."""

from __future__ import annotations

import io
import logging
import os
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from visualmlp.data import (
    Dataset,
    PictureSteps,
    SourceSettings,
    load,
    preview_pictures,
    read_picture,
    source_of,
)
from visualmlp.data.pictures import folder as picture_folder
from visualmlp.data.pictures import steps as picture_steps
from visualmlp.data.pictures.look import look_at_pictures
from visualmlp.errors import DataError

GREY = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
STEPS = PictureSteps(3, 2)


def save(path: Path, pixels: np.ndarray = GREY, mode: str = "", **more: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(pixels)
    (picture.convert(mode) if mode else picture).save(path, **more)
    return path


def folder_of(root: Path, classes: str = "cat dog", n_each: int = 3) -> Path:
    for number, name in enumerate(classes.split()):
        for i in range(n_each):
            save(root / name / f"{i}.png", GREY + np.uint8(10 * number + i))
    return root


def opened(path: Path, **more: Any) -> Dataset:
    assert source_of(path) == "pictures"
    return load("pictures", SourceSettings(path=str(path), **more))


def message(path: Path, **more: Any) -> str:
    with pytest.raises(DataError) as caught:
        load("pictures", SourceSettings(path=str(path), **more))
    return str(caught.value)


def test_a_folder_for_each_class(tmp_path: Path) -> None:
    data = opened(folder_of(tmp_path / "pets"))
    assert (data.name, data.title, data.class_names) == ("pictures", "pets", ("cat", "dog"))
    assert (data.x.shape, data.x.dtype, data.image_shape) == ((6, 6), np.uint8, (2, 3))
    assert (data.value_range, data.n_given_test, data.notes) == ((0, 255), 0, ())
    assert data.targets.tolist() == [0, 0, 0, 1, 1, 1]
    np.testing.assert_array_equal(data.x[4], GREY.ravel() + 11)


def test_names_are_sorted_as_people_count(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", "10 9 2", 1)
    for number in (10, 9, 1):
        save(tmp_path / "a" / "2" / f"p{number}.png", GREY + np.uint8(number))
    data = opened(tmp_path / "a")
    assert data.class_names == ("2", "9", "10")
    assert data.x[:4, 0].tolist() == [20, 1, 9, 10]


@pytest.mark.parametrize(("train", "test"), [("train", "test"), ("Training", "val")])
def test_train_and_test_folders(tmp_path: Path, train: str, test: str) -> None:
    folder_of(tmp_path / "a" / train)
    folder_of(tmp_path / "a" / test, n_each=2)
    data = opened(tmp_path / "a")
    assert (data.n_samples, data.n_given_test) == (10, 4)
    assert data.targets.tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 1, 1]


def test_validation_folder_is_to_learn_from_if_there_is_a_test(tmp_path: Path) -> None:
    for part in ("train", "valid", "test"):
        folder_of(tmp_path / "a" / part, n_each=2)
    data = opened(tmp_path / "a")
    assert (data.n_samples, data.n_given_test) == (12, 4)
    assert data.notes == ("The pictures in valid are among those to learn from.",)


def test_folders_around_hidden_files_and_others(tmp_path: Path) -> None:
    inner = folder_of(tmp_path / "archive" / "archive")
    (inner / "empty").mkdir()
    (inner / "cat" / "Thumbs.db").write_bytes(b"x")
    save(inner / ".hidden" / "1.png")
    save(inner / "cat" / "._1.png")
    save(tmp_path / "archive" / "__MACOSX" / "1.png")
    data = opened(tmp_path / "archive")
    assert (data.n_samples, data.class_names) == (6, ("cat", "dog"))
    assert "Folders without pictures are passed over: empty." in data.notes
    assert any("1 file that is" in note and "Thumbs.db" in note for note in data.notes)


def test_odd_names(tmp_path: Path) -> None:
    names = ["a b", "é ü", "日本", "x'y\"z", "100%", "-n"]
    for name in names:
        save(tmp_path / "a" / name / f"{name} (1).PNG", format="PNG")
    assert set(opened(tmp_path / "a").class_names) == set(names)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "a")
    try:
        (root / "dog").rename(os.fsdecode(os.fsencode(root) + b"/d\xffg"))
    except OSError:
        pytest.skip("this file system takes texts only")
    assert opened(root).class_names == ("cat", "d\\xffg")


# Steps


def test_colours_become_luminance(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (2, 3, 3), dtype=np.uint8)
    weights = np.array([19595, 38470, 7471])
    expected = (colours.astype(int) @ weights + 32768) // 65536
    row = read_picture(save(tmp_path / "a.png", colours), STEPS)
    np.testing.assert_array_equal(row, expected.ravel())


@pytest.mark.parametrize(
    ("mode", "ending"),
    [("L", "png"), ("L", "bmp"), ("L", "gif"), ("RGB", "bmp"), ("P", "png"), ("P", "gif"),
     ("P", "bmp"), ("LA", "png"), ("RGBA", "png"), ("1", "png"), ("1", "bmp"), ("CMYK", "jpg"),
     ("L", "jpg"), ("RGB", "jpg")],
)  # fmt: skip
def test_every_mode_and_format(tmp_path: Path, mode: str, ending: str) -> None:
    pixels = np.full((16, 16), 255, np.uint8)
    pixels[:, 8:] = 0
    path = save(tmp_path / f"a.{ending}", pixels, mode)
    row = read_picture(path, PictureSteps(16, 16)).astype(int)
    assert row.dtype == int
    assert np.abs(row - pixels.ravel()).max() <= 3


def test_transparent_parts_show_white_or_another_ground(tmp_path: Path) -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[0, :, 3] = 255
    pixels[1, 1, 3] = 128
    path = save(tmp_path / "a.png", pixels)
    assert read_picture(path, STEPS).tolist() == [0, 0, 0, 255, 127, 255]
    assert read_picture(path, PictureSteps(3, 2, ground=0)).tolist() == [0] * 6


def test_transparent_colour_of_a_palette(tmp_path: Path) -> None:
    pixels = Image.fromarray(GREY // 40).convert("P")
    pixels.putpalette([value for i in range(6) for value in (i * 10, i * 10, i * 10)])
    for ending in ("png", "gif"):
        pixels.save(tmp_path / f"a.{ending}", transparency=2)
        row = read_picture(tmp_path / f"a.{ending}", STEPS)
        assert row.tolist() == [0, 10, 255, 30, 40, 50]


def test_16_bits_are_scaled(tmp_path: Path) -> None:
    values = np.array([[0, 1, 128], [129, 32768, 65535]], np.uint16)
    path = save(tmp_path / "a" / "a" / "1.png", values)
    expected = np.floor(values / 65535 * 255 + 0.5)
    np.testing.assert_array_equal(read_picture(path, STEPS), expected.ravel())
    save(tmp_path / "a" / "b" / "1.png")
    assert "1 of 2 pictures, of 16 bits, were brought to 8." in opened(tmp_path / "a").notes


def png_of_16_bit_colours() -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 3, 2, 16, 2, 0, 0, 0)
    rows = b"".join(b"\0" + struct.pack(">9H", *[0x80FF] * 9) for _ in range(2))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_16_bit_colours_keep_their_upper_8(tmp_path: Path) -> None:
    folder_of(tmp_path / "a", n_each=1)
    (tmp_path / "a" / "dog" / "0.png").write_bytes(png_of_16_bit_colours())
    data = opened(tmp_path / "a")
    assert data.x[1].tolist() == [0x80] * 6
    assert any("16 bits" in note for note in data.notes)


def test_first_frame_of_a_gif(tmp_path: Path) -> None:
    first, second = Image.fromarray(GREY), Image.fromarray(255 - GREY)
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second])
    np.testing.assert_array_equal(read_picture(tmp_path / "a.gif", STEPS), GREY.ravel())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_the_camera_says(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "a.png", np.array([[0, 100, 200]], np.uint8), exif=exif)
    size = (1, 3) if orientation >= 5 else (3, 1)
    backwards = orientation in (2, 3, 7, 8)
    expected = [200, 100, 0] if backwards else [0, 100, 200]
    assert picture_steps.size_of(path) == size
    assert read_picture(path, PictureSteps(*size)).tolist() == expected


def test_resized_and_inverted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", np.full((40, 60), 200, np.uint8))
    assert read_picture(path, PictureSteps(4, 5)).tolist() == [200] * 20
    assert read_picture(path, PictureSteps(4, 5, invert=True)).tolist() == [55] * 20
    halves = np.zeros((8, 8), np.uint8)
    halves[:, 4:] = 255
    row = read_picture(save(tmp_path / "b.png", halves), PictureSteps(2, 1))
    assert row[0] < 40
    assert row[1] > 215


def test_large_jpeg_is_decoded_smaller(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 1600), (1200, 1)).astype(np.uint8)
    path = save(tmp_path / "a.jpg", ramp, "RGB")
    row = read_picture(path, PictureSteps(8, 6)).reshape(6, 8).astype(float)
    assert np.abs(row - (np.arange(8) * 32 + 16)).max() < 6


def test_sizes(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "a")
    save(root / "cat" / "large.png", np.zeros((20, 20), np.uint8))
    data = opened(root)
    assert data.image_shape == (2, 3)
    assert data.notes == ("1 of 7 pictures, of another size, were brought to 3×2.",)
    assert opened(root, picture_width=6).image_shape == (4, 6)
    assert opened(root, picture_height=8).image_shape == (8, 12)
    assert opened(root, picture_width=5, picture_height=7).image_shape == (7, 5)
    assert "at most 1,024" in message(root, picture_width=2000, picture_height=20)


def test_inverting_a_folder(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "a")
    data = opened(root, invert=True)
    np.testing.assert_array_equal(data.x, 255 - opened(root).x)
    assert "dark pixels are high" in data.notes[-1]


def test_new_pictures_take_the_same_steps(tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (30, 20, 4), dtype=np.uint8)
    for name in ("a", "b"):
        save(tmp_path / "a" / name / "1.png", colours)
    data = opened(tmp_path / "a", picture_width=7, invert=True)
    assert data.image_shape is not None
    height, width = data.image_shape
    row = read_picture(tmp_path / "a" / "b" / "1.png", PictureSteps(width, height, invert=True))
    np.testing.assert_array_equal(data.x[1], row)


# What cannot be read


def with_bad_files(root: Path) -> Path:
    folder_of(root)
    good = (root / "cat" / "0.png").read_bytes()
    (root / "cat" / "cut.png").write_bytes(good[: len(good) // 2])
    (root / "dog" / "text.jpg").write_text("no picture")
    (root / "dog" / "zero.gif").write_bytes(b"")
    (root / "dog" / "really a.bmp").write_bytes(good)
    return root


def test_unreadable_pictures_are_listed_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        data = opened(with_bad_files(tmp_path / "a"))
    assert (data.n_samples, data.targets.tolist()) == (7, [0, 0, 0, 1, 1, 1, 1])
    assert data.notes[-1].startswith("3 pictures cannot be read and are left out: cat/cut.png (")
    assert "dog/text.jpg (it is no PNG, JPEG, BMP or GIF)" in data.notes[-1]
    assert len(caplog.records) == 3


def test_unreadable_pictures_of_the_test_part_are_not_counted(tmp_path: Path) -> None:
    folder_of(tmp_path / "a" / "train")
    with_bad_files(tmp_path / "a" / "test")
    data = opened(tmp_path / "a")
    assert (data.n_samples, data.n_given_test) == (13, 7)


def test_a_look_counts_what_can_be_read(tmp_path: Path) -> None:
    chosen = SourceSettings(path=str(with_bad_files(tmp_path / "a")))
    look = look_at_pictures(chosen)
    assert (len(look.unreadable), look.counts) == (3, {"cat": 3, "dog": 4})


def test_only_ten_names_stand_in_a_note(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "a")
    for i in range(13):
        (root / "cat" / f"bad{i}.png").write_bytes(b"bad")
    assert opened(root).notes[-1].endswith(" and 3 more.")


def test_if_none_can_be_read(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "a" / name).mkdir(parents=True)
        (tmp_path / "a" / name / "1.png").write_bytes(b"bad")
    assert "None of 2 pictures can be read (1.png: it is no PNG" in message(tmp_path / "a")
    assert "none of 2 pictures can be read." in message(
        tmp_path / "a", picture_width=3, picture_height=2
    )


def test_too_many_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_steps, "MAX_PIXELS", 10_000)
    path = save(tmp_path / "a.png", np.zeros((100, 101), np.uint8))
    with pytest.raises(DataError, match="101×100 pixels are too many"):
        read_picture(path, STEPS)


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_decompression_bombs(tmp_path: Path, side: int) -> None:
    content = bytearray(io_png())
    content[16:24] = struct.pack(">II", side, side)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    (tmp_path / "a.png").write_bytes(bytes(content))
    tracemalloc.start()
    with pytest.raises(DataError, match="pixels"):
        read_picture(tmp_path / "a.png", STEPS)
    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()


def io_png() -> bytes:
    stream = io.BytesIO()
    Image.fromarray(GREY).save(stream, "PNG")
    return stream.getvalue()


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_folder, "MAX_BYTES", 30)
    assert "6 pictures of 3×2 take 36 bytes" in message(folder_of(tmp_path / "a"))


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "gif"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damaged_pictures_are_read_or_explained(
    tmp_path: Path, ending: str, data: st.DataObject
) -> None:
    content = bytearray(save(tmp_path / f"good.{ending}").read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"bad.{ending}"
    path.write_bytes(content)
    assert outcome(path)


def outcome(path: Path) -> bool:
    """Whether the picture is read, or the message names the file."""
    try:
        return read_picture(path, STEPS).shape == (6,)
    except DataError as error:
        return str(path) in str(error)


def test_folders_that_cannot_be_learnt_from(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "has neither a folder of PNG" in message(tmp_path / "empty")
    assert "is no folder" in message(tmp_path / "nothing")
    assert "has 1 folders with pictures" in message(folder_of(tmp_path / "one" / "b", "cat"))
    assert "single picture" in message(save(tmp_path / "a.png"))
    assert source_of(tmp_path / "a.png") == "pictures"
    with pytest.raises(DataError, match="path is empty"):
        load("pictures")


def test_loops_and_special_files_are_passed_over(tmp_path: Path) -> None:
    root = folder_of(tmp_path / "a")
    (root / "cat" / "loop.png").symlink_to(root / "cat" / "loop.png")
    (root / "cat" / "gone.png").symlink_to(root / "nowhere")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "cat" / "pipe.png")
    (root / "cat" / "folder.png").mkdir()
    data = opened(root)
    assert (data.n_samples, data.class_names) == (6, ("cat", "dog"))
    endless = tmp_path / "endless"
    endless.mkdir()
    (endless / "endless").symlink_to(endless)
    assert "has neither" in message(endless)


# Label files


def pictures_in(folder: Path, names: str = "a b c d") -> Path:
    for number, name in enumerate(names.split()):
        save(folder / f"{name}.png", GREY + np.uint8(number))
    return folder


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("labels.csv", "file,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n"),
        ("any.csv", "a.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n"),
        ("train.csv", "id,breed\na,cat\nb,dog\nc,cat\nd,dog\n"),
        ("labels.tsv", "label\tfile\ncat\tA.PNG\ndog\t./b.png\ncat\tc.png\ndog\td.png\n"),
        ("labels.txt", "a.png cat\nb.png dog\nc.png cat\nd.png dog\n"),
        ("labels.csv", "n;file;label\n1;p\\a.png;cat\n2;b.png;dog\n3;c.png;cat\n4;d.png;dog\n"),
        ("../p.csv", "file,label\np/a.png,cat\np/b.png,dog\np/c.png,cat\np/d.png,dog\n"),
        ("../labels.csv", "file,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n"),
    ],
)
def test_label_files(tmp_path: Path, file: str, text: str) -> None:
    folder = pictures_in(tmp_path / "p")
    (folder / file).write_text(text)
    data = opened(folder)
    assert data.class_names == ("cat", "dog")
    assert data.targets.tolist() == [0, 1, 0, 1]
    assert data.x[:, 0].tolist() == [0, 1, 2, 3]


def test_label_file_itself_may_be_chosen(tmp_path: Path) -> None:
    pictures_in(tmp_path / "p" / "images")
    path = tmp_path / "p" / "labels.csv"
    path.write_text("file,label\nimages/a.png,3\nb.png,10\nimages/c.png,3\n")
    data = load("pictures", SourceSettings(path=str(path)))
    assert data.class_names == ("3", "10")
    assert data.n_samples == 3


def test_rows_without_picture_or_label_are_told(tmp_path: Path) -> None:
    folder = pictures_in(tmp_path / "p")
    (folder / "labels.csv").write_text(
        "file,label\na.png,cat\nb.png,dog\nc.png,\nx y.png,dog\n../../z.png,cat\n"
    )
    data = opened(folder)
    assert data.n_samples == 2
    assert "2 files of labels.csv are not there: x y.png, ../../z.png." in data.notes
    assert "1 row of labels.csv has no label and is left out." in data.notes


def test_label_files_that_do_not_help(tmp_path: Path) -> None:
    folder = pictures_in(tmp_path / "p")
    assert "has neither a folder" in message(folder)
    (folder / "labels.csv").write_text("x,y\n1,2\n3,4\n")
    assert "names no pictures" in message(folder)
    (folder / "labels.csv").write_text("file,label\nq.png,cat\nr.png,dog\n")
    assert "no file of its column file" in message(folder)
    (folder / "labels.csv").rename(folder / "one.csv")
    (folder / "two.csv").write_text("file,label\n")
    assert "holds several tables (one.csv, two.csv)" in message(folder)
    assert "choose the label file itself" in message(folder)


# Preview


def test_preview_shows_before_and_after(tmp_path: Path) -> None:
    root = with_bad_files(tmp_path / "a")
    save(root / "cat" / "0-first.png", np.full((300, 600, 3), (255, 0, 0), np.uint8))
    shown = preview_pictures(SourceSettings(path=str(root), invert=True), n_each=2)
    assert [(p.label, p.file.name) for p in shown] == [
        ("cat", "0-first.png"), ("cat", "0.png"), ("dog", "0.png"), ("dog", "1.png")
    ]  # fmt: skip
    assert shown[0].before.shape == (128, 256, 4)
    assert shown[0].before[0, 0].tolist() == [255, 0, 0, 255]
    assert (shown[0].after == 255 - 76).all()
    np.testing.assert_array_equal(shown[1].after, 255 - GREY)
