"""What the control API says about the whole application."""

from camera_firmware.clock import wall_ms
from contract.clock import utc_text


def _text(time_ms):
    return None if time_ms is None else utc_text(time_ms)


def status(application, version):
    """The body of GET /api/v1/status. Times are UTC texts or null."""
    pipeline, spool, metrics = application.pipeline, application.spool, application.metrics_
    return {
        "camera": application.settings["camera"],
        "version": version,
        "time": _text(wall_ms()),
        "uptime_s": application.monotonic.now() // 1000,
        "state": application.events.refreshed(pipeline.last_frame_ms),
        "model": _model(pipeline.newest_stage),
        "frame": {
            "width": pipeline.width,
            "height": pipeline.height,
            "count": metrics.value("frames"),
            "last": _text(pipeline.last_frame_ms),
        },
        "view": _view(pipeline.view, pipeline.newest_stage.model),
        "spool": {
            "samples": len(spool) + spool.pending,
            "pending": spool.pending,
            "bytes": spool.bytes,
            "limit": spool.limit,
            "dropped": metrics.value("samples_dropped"),
        },
        "source": {
            "type": application.settings["source"]["type"],
            "connected": application.source.connected,
            "last_error": application.source.last_error,
        },
        "mqtt": _mqtt(application.mqtt),
        "webhook": _webhook(application.webhook),
        "update": application.updates.status(),
        "safe_mode": application.updates.safe_mode,
    }


def _model(stage):
    if not stage.model:
        return None
    return {"sequence": stage.sequence, "sha256": stage.digest, "labels": stage.model.labels}


def _view(view, model):
    """`shift`: where the region follows to, `region` (x0, y0, x1, y1): where it is, 1/10000 of the frame; `peak`: how well the
    surroundings were recognised."""
    region = [model.region[i] + view.shift[i % 2] for i in range(4)] if model else None
    return {"reason": view.reason, "shift": list(view.shift), "region": region, "peak": view.peak, "checks": view.checks}


def _mqtt(link):
    return None if link is None else {"connected": link.connected, "last_error": link.last_error, "waiting": link.waiting}


def _webhook(webhook):
    return None if webhook is None else {"last_error": webhook.last_error, "waiting": webhook.waiting}
