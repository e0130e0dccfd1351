"""What of an experiment a run can change while it goes on."""

from __future__ import annotations

from visualmlp.experiment import Experiment, fields_of

LIVE_SECTIONS = ("optimizer", "schedule", "regularization", "training")


def changed_fields(old: Experiment, new: Experiment) -> list[str]:
    """Dotted names of the fields that differ, with their new values: "training.epochs = 30"."""
    texts = []
    for section in type(old).model_fields:
        before, after = getattr(old, section), getattr(new, section)
        if before != after and hasattr(type(before), "model_fields"):
            texts += [
                f"{section}.{name} = {getattr(after, name)}"
                for name in type(before).model_fields
                if getattr(before, name) != getattr(after, name)
            ]
    return texts


def needs_new_run(old: Experiment, new: Experiment) -> bool:
    """Whether the change from one experiment to another touches more than live fields."""
    return with_live_fields(old, new).replace(title=new.title) != new


def with_live_fields(experiment: Experiment, source: Experiment) -> Experiment:
    """An experiment with the live fields (learning rate, batch size, …) of another."""
    sections = {}
    for name in LIVE_SECTIONS:
        section = getattr(experiment, name)
        live = [field.name for field in fields_of(type(section)) if field.ui.live]
        sections[name] = section.replace(
            **{key: getattr(getattr(source, name), key) for key in live}
        )
    return experiment.replace(**sections)
