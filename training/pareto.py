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

from training import cost, distil, prune, selection
from training.errors import TrainingError
from training.progress import Silent
from training.quantise import real_logits
from training.student import Student, multiply_adds

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
    """One network: choices (of suggest()), instructions and multiply-adds of an inference; on held-out frames its
    balanced accuracy and loss as int8, None where it was too costly to be trained."""

    choices: dict
    instructions: int
    multiply_adds: int
    balanced_accuracy: float | None
    loss: float | None


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


def search(material_of, soft, config, directory, trials, steps, limits=Limits(), progress=None):
    """`trials` networks in all, those of an earlier call in `directory` included; returns [Tried] in order.

    material_of: function of (side, channels) that gives training.material.Material of the same frames; soft: the
    teacher's logits of them or None; steps: of every short training. The same seed gives the same search, in one go or
    resumed; a network that was being trained when the search was killed is trained again.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(directory / LOG)))
    study = optuna.create_study(storage=storage, study_name="students", directions=["maximize", "minimize"],
                                load_if_exists=True)
    if progress:
        progress.stage("networks", trials)
        progress.advance(len(_finished(study)))
    while len(_finished(study)) < trials:
        number = len(_finished(study))
        study.sampler = optuna.samplers.TPESampler(seed=config.seed * 1000 + number, n_startup_trials=_DRAWN)
        if number == 0:
            study.enqueue_trial(FIRST)
        study.optimize(lambda trial: _objective(trial, material_of, soft, config, steps, limits), n_trials=1)
        if progress:
            progress.advance(1)
    return [Tried(**trial.user_attrs["tried"]) for trial in _finished(study)]


def _finished(study):
    return study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))


def _objective(trial, material_of, soft, config, steps, limits):
    tried = evaluate(suggest(trial), material_of, soft, config, steps, limits)
    trial.set_user_attr("tried", asdict(tried))
    return tried.balanced_accuracy or 0.0, tried.instructions


def evaluate(choices, material_of, soft, config, steps, limits=Limits()):
    """Train one network for `steps` and judge it; returns Tried."""
    settings = msgspec.structs.replace(settings_of(choices, config.student), steps=steps)
    shape = (settings.height, settings.width, settings.channels)
    layers = Student(settings, 3).folded()
    tried = Tried(choices, cost.instructions(layers, *shape), multiply_adds(layers, *shape), None, None)
    if tried.instructions > limits.instructions or tried.multiply_adds > limits.multiply_adds:
        return tried
    material, config = material_of(settings.width, settings.channels), msgspec.structs.replace(config, student=settings)
    tried.balanced_accuracy, tried.loss = judge(_learn(material, soft, config), material, config)
    return tried


def _learn(material, soft, config):
    torch.manual_seed(config.seed)  # initial weights and dropout: all networks draw the same
    generator = torch.Generator().manual_seed(config.seed)
    return distil.train(material, soft, config, generator, Silent(), lambda *_, **__: None)


def judge(student, material, config):
    """(balanced accuracy, loss) of the int8 network on the held-out frames, "unusable" counting as a label."""
    held = distil.held_out(material, config)
    loss, quantised, _, _ = selection.rounded(student.folded(), material, config, held)
    right = (real_logits(quantised, held[0]).argmax(1) == held[1]).float()
    return float(torch.stack([right[held[1] == label].mean() for label in held[1].unique()]).mean()), loss


def pruned(choices, material_of, soft, config, steps, shares=(0.25, 0.5)):
    """Two ways to a narrower network, for every share of channels: [(way, share, Tried), ...].

    "pruned": the network of `choices` trained for `steps`, then pruned, then `steps` / 2 of fine-tuning; "direct": a
    network of that very shape trained for as many steps altogether.
    """
    wide = msgspec.structs.replace(settings_of(choices, config.student), steps=steps)
    material, rows = material_of(wide.width, wide.channels), []
    student = _learn(material, soft, msgspec.structs.replace(config, student=wide))
    rows.append(("whole", 0.0, _tried(choices, student, material, msgspec.structs.replace(config, student=wide))))
    for share in shares:
        narrow, left = prune.prune(student, wide, len(material.labels), share)
        own = msgspec.structs.replace(config, student=msgspec.structs.replace(narrow, steps=steps + steps // 2))
        torch.manual_seed(config.seed)
        left = prune.recover(left, material, soft, own, torch.Generator().manual_seed(config.seed), steps // 2)
        rows.append(("pruned", share, _tried(choices, left, material, own)))
        rows.append(("direct", share, _tried(choices, _learn(material, soft, own), material, own)))
    return rows


def _tried(choices, student, material, config):
    layers, shape = student.folded(), tuple(material.exact.shape[1:])
    return Tried(choices, cost.instructions(layers, *shape), multiply_adds(layers, *shape), *judge(student, material, config))


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
