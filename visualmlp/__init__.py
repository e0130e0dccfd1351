"""VisualMLP: a desktop microscope for multilayer perceptrons."""

__version__ = "0.1.0"
