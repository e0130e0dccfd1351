"""Exceptions whose text is meant for the user: what is wrong, where, and what to do."""


class VisualMLPError(Exception):
    """Base of every error that the program explains to its user in one message."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else type(self).__name__


class DataError(VisualMLPError):
    """Data that cannot be used: a damaged file, counts that disagree, an unknown label."""


class ExperimentError(VisualMLPError):
    """An experiment whose parts do not fit together, or a value outside its range."""


class LessonError(VisualMLPError):
    """A lesson file, or a link in its text, that cannot be used."""


class RunFileError(VisualMLPError):
    """A run file that cannot be read or written."""


class UnknownNameError(VisualMLPError, KeyError):
    """A name that no entry of a registry has."""
