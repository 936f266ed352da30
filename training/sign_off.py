"""The end of a run: its model is measured, compared, reported, and becomes model.safetensors if nothing speaks against it."""

import json
from pathlib import Path

from contract import durable
from training import compare, evaluate, footprint, report

CANDIDATE = "candidate.safetensors"  # what a run calls its model until then, and for ever if it was refused
MODEL = "model.safetensors"


def sign_off(directory, project, held, figures, rows, split_record, environment, labels=None, deployed=None, force=False,
             progress=None):
    """Measure the candidate of the run `directory` on the held-out frames `held`; returns its Evaluation.

    Writes evaluation.json and report.html, then renames the candidate to model.safetensors. figures, rows,
    split_record, environment: see training.report.write; labels: training.enough.Enough or None; deployed: path of the
    model file that the camera runs now, or None. Raises TrainingError, the files in place but the model not renamed,
    if the candidate is worse than that and not `force`.
    """
    directory = Path(directory)
    candidate = directory / CANDIDATE
    evaluation = evaluate.evaluate(candidate, held, progress)
    comparison = compare.compare(candidate, deployed, held, progress) if deployed else None
    costs = footprint.footprint(candidate)
    record = {**evaluation.record(), "networks": figures, "costs": costs,
              "comparison": comparison and comparison.record(), "enough": labels and labels.record()}
    durable.write(directory / "evaluation.json", (json.dumps(record, indent=1) + "\n").encode())
    report.write(directory / "report.html", project, evaluation, figures, costs, rows, split_record, environment,
                 model=candidate, comparison=comparison, enough=labels)
    compare.refuse_if_worse(comparison, force)
    durable.rename(str(candidate), str(directory / MODEL))
    return evaluation
