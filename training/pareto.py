"""Small networks tried one after another: balanced accuracy against camera instructions.

A tree-structured Parzen estimator with two goals (Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator",
JAIR 2022), by Optuna. Every network is trained for a short while on the cached opinion of one teacher, rounded to int8,
and judged on the held-out frames. A search that was killed goes on where it was.
"""

from dataclasses import asdict, dataclass

import msgspec
import optuna
import torch
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from contract.decision import UNUSABLE
from training import cost, distil, reliability, selection
from training.errors import TrainingError
from training.progress import Silent
from training.quantise import real_logits
from training.student import Student, multiply_adds, scaled

LOG = "search.log"
SIDES = (48, 64, 80, 96, 112, 128)
MULTIPLIERS = (0.5, 0.75, 1.0, 1.5, 2.0)
BLOCKS = {3: ((16, 1), (32, 2), (64, 2)),
          4: ((16, 1), (32, 2), (32, 1), (64, 2)),
          5: ((16, 1), (32, 2), (32, 1), (64, 2), (64, 1)),
          6: ((16, 2), (32, 1), (32, 2), (64, 1), (64, 2), (96, 1))}
_DRAWN = 10      # networks drawn at random before the estimator has something to go by
_WITHIN = 0.005  # balanced accuracy that the suggested network may lack to save instructions


@dataclass
class Tried:
    """One network: choices (of suggest()), widths (channels of the stem and the blocks), instructions and multiply-adds
    of an inference; on held-out frames its balanced accuracy, loss and AUC as int8, on those of an unseen day balanced
    accuracy and AUC. None where there are no such frames, or where it was too costly to be trained."""

    choices: dict
    instructions: int
    multiply_adds: int
    balanced_accuracy: float | None
    loss: float | None
    auc: float | None = None
    unseen_balanced_accuracy: float | None = None
    unseen_auc: float | None = None
    widths: list | None = None


@dataclass(frozen=True)
class Limits:
    """What an inference may cost; costlier networks are not trained."""

    instructions: int = 1_800_000
    multiply_adds: int = 4_000_000


def suggest(trial):
    """One point of the space, as a dictionary."""
    return {"family": trial.suggest_categorical("family", ["separable", "plain", "residual"]),
            "side": trial.suggest_categorical("side", SIDES), "channels": trial.suggest_categorical("channels", [1, 3]),
            "multiplier": trial.suggest_categorical("multiplier", MULTIPLIERS),
            "depth": trial.suggest_int("depth", min(BLOCKS), max(BLOCKS))}


FIRST = {"family": "separable", "side": 64, "channels": 1, "multiplier": 1.0, "depth": 4}  # the default network


def settings_of(choices, base):
    """training.config.Student of a point of the space; everything else as in `base`."""
    return msgspec.structs.replace(base, family=choices["family"], width=choices["side"], height=choices["side"],
                                   channels=choices["channels"], multiplier=choices["multiplier"],
                                   blocks=BLOCKS[choices["depth"]])


def search(data, config, directory, trials, steps, limits=Limits(), progress=None, over=lambda: False):
    """`trials` networks in all, those of an earlier call in `directory` included; returns [Tried] in order.

    data: training.search_data.Data or alike; steps: of every short training; over: is asked before every network but
    the first whether to stop there. The same seed gives the same search, in one go or resumed; a network that was being
    trained when the search was killed is trained again.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(directory / LOG)))
    study = optuna.create_study(storage=storage, study_name=f"students, {steps} steps",
                                directions=["maximize", "minimize"], load_if_exists=True)
    if progress:
        progress.stage("networks", trials)
        progress.advance(len(_finished(study)))
    while len(_finished(study)) < trials and not (len(_finished(study)) and over()):
        number = len(_finished(study))
        study.sampler = optuna.samplers.TPESampler(seed=config.seed * 1000 + number, n_startup_trials=_DRAWN)
        if number == 0:
            study.enqueue_trial(FIRST)
        study.optimize(lambda trial: _objective(trial, data, config, steps, limits), n_trials=1)
        if progress:
            progress.advance(1)
    return [Tried(**trial.user_attrs["tried"]) for trial in _finished(study)]


def _finished(study):
    return study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))


def _objective(trial, data, config, steps, limits):
    tried = evaluate(suggest(trial), data, config, steps, limits)
    trial.set_user_attr("tried", asdict(tried))
    return tried.balanced_accuracy or 0.0, tried.instructions


def evaluate(choices, data, config, steps, limits=Limits()):
    """Train one network for `steps` and judge it; returns Tried."""
    settings = msgspec.structs.replace(settings_of(choices, config.student), steps=steps)
    tried = _cost(choices, settings, Student(settings, 3).folded())
    if tried.instructions > limits.instructions or tried.multiply_adds > limits.multiply_adds:
        return tried
    material, config = data.material(settings.width, settings.channels), msgspec.structs.replace(config, student=settings)
    return judged(choices, learn(material, data.soft, config), material, config, data)


def _cost(choices, settings, layers):
    shape = (settings.height, settings.width, settings.channels)
    widths = [scaled(channels, settings.multiplier) for channels in (settings.stem, *(one for one, _ in settings.blocks))]
    return Tried(choices, cost.instructions(layers, *shape), multiply_adds(layers, *shape), None, None, widths=widths)


def learn(material, soft, config):
    """A Student of `config`, trained alone from initial weights that all networks of a search draw alike."""
    torch.manual_seed(config.seed)  # dropout too
    generator = torch.Generator().manual_seed(config.seed)
    return distil.train(material, soft, config, generator, Silent(), lambda *_, **__: None)


def judged(choices, student, material, config, data):
    """Tried of a Student in real numbers as its int8 network; "unusable" counts as a label on the held-out side."""
    held = distil.held_out(material, config)
    tried = _cost(choices, config.student, student.folded())
    tried.loss, quantised, _, _ = selection.rounded(student.folded(), material, config, held)
    states = len(material.labels) - (UNUSABLE in material.labels)
    tried.balanced_accuracy, tried.auc = _figures(quantised, *held, states)
    unseen = data.unseen(config.student.width, config.student.channels)
    if unseen is not None:
        tried.unseen_balanced_accuracy, tried.unseen_auc = _figures(quantised, *unseen, states)
    return tried


def _figures(quantised, x, y, states):
    logits = torch.cat([real_logits(quantised, part) for part in x.split(256)])
    right = (logits.argmax(1) == y).float()
    balanced = float(torch.stack([right[y == label].mean() for label in y.unique()]).mean())
    return balanced, reliability.auc_of_states(logits.double().softmax(1).numpy(), y.numpy(), states)


def front(tried):
    """The networks that no other beats in both goals, by rising instructions."""
    best, kept = -1.0, []
    for one in sorted((one for one in tried if one.balanced_accuracy is not None),
                      key=lambda one: (one.instructions, -one.balanced_accuracy)):
        if one.balanced_accuracy > best:
            best = one.balanced_accuracy
            kept.append(one)
    return kept


def suggestion(tried):
    """The cheapest network whose balanced accuracy is nearly the best. Raises TrainingError if none was trained."""
    best = front(tried)
    if not best:
        raise TrainingError("no network of the search was cheap enough to be trained")
    return next(one for one in best if one.balanced_accuracy >= best[-1].balanced_accuracy - _WITHIN)
