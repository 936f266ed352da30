"""The camera's metrics for Prometheus: what is counted, what the state is, how the machine does. docs/health.md lists them.

Names are Prometheus' way: doorlens_ in front, base units, _total behind counters; process_ where Prometheus itself has given
a name to what every program tells.
"""

from camera_firmware import readings
from camera_firmware.exposition import COUNTER, GAUGE, decimal, family, histogram, one_of
from camera_firmware.log import LEVELS
from camera_firmware.metrics import CAUSES, COUNTERS
from contract import api
from contract.decision import UNKNOWN
from contract.events import REASONS, VIEW_REASONS


def of_basis(basis, version, camera):
    """Families as texts, one after the other: those of every life, be it in safe mode. `basis` is a basis.Basis."""
    yield family("doorlens_build_info", GAUGE, "1; its labels say which firmware this is, and which camera",
                 (1, "version", version, "camera", camera))
    yield family("doorlens_uptime_seconds", GAUGE, "Time since the application started",
                 (decimal(basis.monotonic.now(), 3),))
    yield family("doorlens_safe_mode", GAUGE, "1 in safe mode, after too many short starts",
                 (int(bool(basis.updates.safe_mode)),))
    yield from _counted(basis.metrics)
    yield family("doorlens_log_messages_total", COUNTER, "Log messages, repeated and unwanted ones too",
                 *[(basis.log.counts[level], "level", level) for level in LEVELS])
    yield from _process()
    yield from _machine(basis.directory)


def _counted(metrics):
    for name, meaning in COUNTERS:
        samples = [(metrics.value(name),)]
        if name == "source_errors":
            samples = [(metrics.failures(cause), "cause", cause) for cause in CAUSES]
        yield family("doorlens_%s_total" % name, COUNTER, meaning, *samples)
    yield histogram("doorlens_frame_duration_seconds", "From a frame's last byte to its event", (metrics.total,))
    yield histogram("doorlens_frame_stage_duration_seconds", "What decoding and the network took of it",
                    (metrics.decode, "stage", "decode"), (metrics.network, "stage", "network"))


def _process():
    used, free = readings.heap()
    yield family("doorlens_heap_used_bytes", GAUGE, "Of the interpreter's heap, garbage included", (used,))
    yield family("doorlens_heap_free_bytes", GAUGE, "Of the interpreter's heap", (free,))
    yield family("process_resident_memory_bytes", GAUGE, "Memory of this process that is resident", (readings.resident(),))
    yield family("process_cpu_seconds_total", COUNTER, "Time that this process has computed",
                 (decimal(readings.processor_ms(), 3),))
    yield family("process_open_fds", GAUGE, "Open files and connections", (readings.open_files(),))


def _machine(directory):
    whole, available = readings.memory()
    yield family("doorlens_machine_memory_bytes", GAUGE, "Memory of the machine", (whole,))
    yield family("doorlens_machine_memory_available_bytes", GAUGE, "What programs could still get of it", (available,))
    averages = readings.load() or (None, None, None)
    yield family("doorlens_machine_load", GAUGE, "Load average: programs that run or wait for the disk",
                 *[(averages[i], "minutes", ("1", "5", "15")[i]) for i in range(3)])
    yield family("doorlens_machine_temperature_celsius", GAUGE, "Temperature",
                 *[(decimal(value, 3), "sensor", sensor, "type", kind) for value, sensor, kind in readings.temperatures()])
    size, free = readings.disk(directory)
    yield family("doorlens_disk_size_bytes", GAUGE, "File system of the folder that holds the settings", (size,))
    yield family("doorlens_disk_free_bytes", GAUGE, "What is left of it", (free,))


def of_application(application):
    """Families of the main.Application."""
    yield from _state(application)
    yield from _frames(application)
    yield from _outputs(application)
    yield from _updates(application)


def _state(application):
    smoother, stage = application.pipeline.smoother, application.pipeline.newest_stage
    states = [name for name in (stage.model.states if stage.model else ()) if name != UNKNOWN]
    yield one_of("doorlens_state", "1 for the state that is published", "state", states + [UNKNOWN], smoother.state)
    yield one_of("doorlens_state_reason", "1 for the reason why the state is what it is", "reason", REASONS, smoother.reason)
    yield family("doorlens_state_since_timestamp_seconds", GAUGE, "When the state began, in seconds since 1970",
                 (decimal(smoother.since_ms, 3),))
    latest = application.events.latest or {}
    score = latest.get("score")
    yield family("doorlens_state_score_ratio", GAUGE, "Probability of the likeliest label in the frame that decided",
                 (None if score is None else "%.4f" % score,))
    yield family("doorlens_rule_raised", GAUGE, "1 while the rule is raised",
                 *[(int(rule["name"] in application.events.rules), "rule", rule["name"]) for rule in application.settings["rules"]["list"]])
    yield family("doorlens_event_sequence", GAUGE, "Number of the newest event", (latest.get("sequence"),))
    yield family("doorlens_model_sequence", GAUGE, "Sequence number of the model in use", (stage.sequence,))


def _frames(application):
    pipeline, spool = application.pipeline, application.spool
    yield family("doorlens_last_frame_timestamp_seconds", GAUGE, "Time of the newest frame, in seconds since 1970",
                 (decimal(pipeline.last_frame_ms, 3),))
    yield family("doorlens_source_connected", GAUGE, "1 while frames come", (int(application.source.connected),))
    yield one_of("doorlens_view_trouble", "1 for what is wrong with the view", "reason", VIEW_REASONS, pipeline.view.reason)
    yield family("doorlens_view_checks_total", COUNTER, "Checks of the view", (pipeline.view.checks,))
    yield family("doorlens_spool_samples", GAUGE, "Samples that wait to be fetched", (len(spool) + spool.pending,))
    yield family("doorlens_spool_bytes", GAUGE, "What they take on the disk", (spool.bytes,))
    yield family("doorlens_spool_limit_bytes", GAUGE, "What they may take", (spool.limit,))


def _outputs(application):
    mqtt, webhook = application.mqtt, application.webhook
    if mqtt:
        yield family("doorlens_mqtt_connected", GAUGE, "1 while connected to the broker", (int(mqtt.connected),))
        yield family("doorlens_mqtt_waiting", GAUGE, "Events and more that the broker has not acknowledged", (mqtt.waiting,))
    if webhook:
        yield family("doorlens_webhook_waiting", GAUGE, "Events that the receiver has not taken", (webhook.waiting,))


def _updates(application):
    samples = []
    for kind in api.UPDATE_KINDS:
        now = application.updates.of(kind).state()["state"]
        samples += [(int(now == state), "kind", kind, "state", state) for state in api.UPDATE_STATES]
    yield family("doorlens_update_state", GAUGE, "1 for what became of the last update", *samples)
