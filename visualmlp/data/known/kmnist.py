"""KMNIST: cursive Japanese characters, as large and as many as MNIST's digits."""

from __future__ import annotations

from visualmlp.data.known.known_set import KnownSet
from visualmlp.data.known.mnist import gzipped, mnist_like

KMNIST = mnist_like(
    KnownSet(
        name="kmnist",
        title="KMNIST",
        files=gzipped(
            (18_165_135, "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"),
            (29_497, "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"),
            (3_041_136, "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"),
            (5_120, "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"),
        ),
        mirrors=(
            "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
            "https://web.archive.org/web/2022id_/http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        ),
        origin=(
            "KMNIST Dataset (created by CODH), adapted from Kuzushiji Dataset (created by NIJL and "
            "others), doi:10.20676/00000341"
        ),
        licence="CC BY-SA 4.0",
    ),
    title="KMNIST, cursive hiragana (28×28)",
    description="70,000 characters of old Japanese books in ten classes, in the form of MNIST.",
    class_names=tuple(
        f"{sign} {sound}"
        for sign, sound in zip(
            "おきすつなはまやれを",
            ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
            strict=True,
        )
    ),
)
