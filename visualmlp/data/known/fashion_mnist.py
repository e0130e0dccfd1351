"""Fashion-MNIST: articles of a shop, as large and as many as MNIST's digits."""

from __future__ import annotations

from visualmlp.data.known.known_set import KnownSet
from visualmlp.data.known.mnist import gzipped, mnist_like

FASHION_MNIST = mnist_like(
    KnownSet(
        name="fashion_mnist",
        title="Fashion-MNIST",
        files=gzipped(
            (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ),
        mirrors=(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        origin="Xiao, Rasul and Vollgraf: Fashion-MNIST, Zalando Research",
        licence="MIT",
    ),
    title="Fashion-MNIST (28×28)",
    description="70,000 pictures of ten kinds of clothes and shoes, in the form of MNIST; harder.",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)
