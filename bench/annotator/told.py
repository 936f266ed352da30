"""python -m bench.annotator.told LOG PROJECT: `doorlens annotate PROJECT`, telling what a person sees, and how many keys came.

A JSON object a line, at every key and whenever anything changed: keys: KeyPress events so far, Shift's and Ctrl's own too;
path: of the shown frame; left: frames without a label; chosen: those of them that select chose; order; asking: is a line to
type in open? learning: are suggestions being worked out?
"""

import json
import sys

_POLL_MS = 20


def main(log, project):
    from annotation import window

    begin, key = window.Window.__init__, window.Window._key
    keys, last = [0], [None]

    def tell(self):
        session = self.session
        state = {"keys": keys[0], "path": session.path, "left": session.counts()[1], "chosen": len(session.queued()),
                 "order": session.order, "asking": not self._closed and self.layout.ask.is_shown(),
                 "learning": not self._closed and self.arrivals.learning}
        if state != last[0]:
            last[0] = state
            log.write(json.dumps(state) + "\n")
            log.flush()

    def poll(self):
        if not self._closed:
            tell(self)
            self.root.after(_POLL_MS, poll, self)

    def told_begin(self, *arguments, **more):
        begin(self, *arguments, **more)
        self.picture.on_draw(lambda: last[0] or poll(self))

    def told_key(self, event):
        done = key(self, event)
        keys[0] += 1
        tell(self)
        return done

    window.Window.__init__, window.Window._key = told_begin, told_key
    from host_tools.main import main as doorlens
    sys.argv = ["doorlens", "annotate", project, "--annotator", "bench"]
    return doorlens()


if __name__ == "__main__":
    with open(sys.argv[1], "a") as file:
        sys.exit(main(file, sys.argv[2]))
