"""doorlens push"""

from pathlib import Path

import click

from contract import update
from host_tools import firmware_image, keys, push, rollout, rollout_file, rollout_report
from host_tools.errors import CameraError, ProjectError
from host_tools.project import Project
from host_tools.rollout_view import View


@click.command(epilog="""\b
Examples:
  doorlens push                                      the newest model to the project's only camera
  doorlens push front back                           to these two
  doorlens push runs/tuesday/model.safetensors all   to every camera: one, a tenth, the rest
  doorlens push runs/old/model.safetensors all       back to an older model, signed anew under a higher number
  doorlens push --tag north                          the newest model to the cameras with this tag
  doorlens push build/armv7/doorlens-camera all      new firmware; it is known by its content
  doorlens push --resume                             go on after a pause or an interruption
  doorlens push --resume --skip gate7                ...without that camera
  doorlens push --report                             what became of the last push
""")
@click.argument("words", metavar="[FILE] [CAMERA]...", nargs=-1)
@click.option("--project", default=".", type=click.Path(file_okay=False), help="The project's folder.")
@click.option("--tag", "tags", multiple=True, help="To all cameras with this tag (may be repeated).")
@click.option("--again", is_flag=True, help="Sign and send it anew, even to cameras that run this model already.")
@click.option("--no-comparison", is_flag=True,
              help="You answer for it: the trial does not compare the model with the one in use. For new states, or a camera "
                   "that looks elsewhere now; it must still classify, within its time and memory.")
@click.option("--at-once", is_flag=True, help="No stages: to all cameras at the same time.")
@click.option("--trial-seconds", default=push.TRIAL_S, show_default=True, type=click.FloatRange(0, min_open=True),
              help="How long a camera may take for its trial.")
@click.option("--resume", is_flag=True, help="Go on with the last push; cameras that failed are tried again.")
@click.option("--skip", "skipped", multiple=True, metavar="CAMERA", help="With --resume: leave this camera out (may be repeated).")
@click.option("--report", is_flag=True, help="Say what became of the last push; sends nothing.")
def command(words, project, tags, again, no_comparison, at_once, trial_seconds, resume, skipped, report):
    """Put FILE, a model (the newest run's by default) or firmware, on cameras, signed with the project's key.

    It is checked here and there, then tried, a model beside the one in use, firmware in the place of the one in use; a camera
    goes back by itself if it fails its trial. The first camera comes first, then a tenth of them, then all; a camera that does
    not take it pauses the push for the others.
    """
    if (resume or report) and (words or tags or again or no_comparison) or skipped and not resume:
        raise click.UsageError("--resume and --report take no model, camera or tag; --skip goes with --resume")
    opened = Project.open(project)
    if report:
        _report(_last(opened))
        return
    with rollout_file.alone(opened):
        made = _resumed(opened, skipped) if resume else _new(opened, words, tags, again, no_comparison, at_once)
        if made:
            _run(opened, made, trial_seconds)


def _new(project, words, tags, again, no_comparison, at_once):
    """A Rollout, one that was interrupted if it is the same; None if all cameras run the model."""
    file, words = _model(project, words)
    content = _read(file)
    push.check(content)
    firmware = firmware_image.is_firmware(content)
    if firmware and no_comparison:
        raise click.UsageError("--no-comparison is about models")
    names = project.chosen(words, tags)
    answers = rollout.survey(project, names)
    rollout.fits(answers, content)
    todo = [name for name in names if again or not rollout.runs(answers[name], content)]
    interrupted = None if again else rollout_file.unfinished(project, content, names, todo)
    if interrupted:
        click.echo(f"goes on with push {interrupted.record.sequence}, which was interrupted")
        return interrupted
    for name in names:
        if name not in todo:
            click.echo(f"{name}: runs this {'firmware' if firmware else 'model'} already (--again sends it anew)")
    return rollout.begin(project, file, content, todo, answers, lambda sequence: _sign(project, content, sequence, no_comparison),
                         not at_once) if todo else None


def _model(project, words):
    """(Path of the model or firmware, the other words). The first word is a file if one is there, or if it looks like one."""
    if words and (Path(words[0]).is_file() or "/" in words[0] or words[0].endswith(".safetensors")):
        return Path(words[0]), words[1:]
    return project.latest_model(), words


def _read(file):
    try:
        return file.read_bytes()
    except OSError as error:
        raise ProjectError(f"{file} cannot be read: {error.strerror}") from None


def _sign(project, content, sequence, no_comparison):
    """The signed update's header, 160 bytes."""
    password = keys.password(lambda: click.prompt("Password of the signing key", hide_input=True, err=True))
    key = keys.load(project.path, password)
    if firmware_image.is_firmware(content):
        data = keys.sign(content, update.FIRMWARE, sequence, firmware_image.product(content), key)
    else:
        data = keys.sign(content, update.MODEL, sequence, project.product, key, update.NO_COMPARISON if no_comparison else 0)
    return data[:update.HEADER_BYTES]


def _resumed(project, skipped):
    last = _last(project)
    if last.record.finished:
        raise ProjectError(f"push {last.record.sequence} is finished: there is nothing to go on with")
    rollout.skip(last, skipped)
    return last


def _last(project):
    last = rollout_file.newest(project)
    if last is None:
        raise ProjectError(f"nothing was pushed from {project.path} yet")
    return last


def _run(project, made, trial_seconds):
    number, total = made.record.sequence, len(made.content) + update.HEADER_BYTES
    try:
        with View(total, number) as view:
            paused = rollout.Stager(project, made, view.told, view.ended, trial_seconds).run()
    except KeyboardInterrupt:
        raise CameraError(f"push {number} is interrupted: go on with `doorlens push --resume`") from None
    finally:
        page = rollout_report.write(made)
    if paused:
        waiting = len(made.of(rollout_file.WAITING))
        left = f"; {waiting} camera{'' if waiting == 1 else 's'} not begun" if waiting else ""
        raise CameraError(f"push {number} is paused: {paused}{left}; see {page}, then `doorlens push --resume`, "
                          "with --skip CAMERA to leave one out")
    if len(made.record.cameras) > 1:
        click.echo(f"push {number}: {rollout_report.summary(made)}; {page}")


def _report(last):
    for line in rollout_report.lines(last):
        click.echo(line)
    click.echo(rollout_report.write(last))
