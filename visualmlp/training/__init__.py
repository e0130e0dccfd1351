"""Carrying out an experiment: sampling, trainer, state, history, frames, the worker thread."""
