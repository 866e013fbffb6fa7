"""Trainings: one at a time, as a job or where a command stands, each leaving a run and perhaps a model."""

from apps.intents.services.training.ask import cancel_training, start_training
from apps.intents.services.training.work import run_training, train_here

__all__ = ["cancel_training", "run_training", "start_training", "train_here"]
