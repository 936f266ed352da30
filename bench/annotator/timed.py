"""python -m bench.annotator.timed LOG PROJECT: `doorlens annotate PROJECT`, writing down when what is shown.

A line whenever a frame was shown: the monotonic clock in ms once the X server has drawn it, the time of the key event
behind it by the server's clock, which is the same one (0 without a key), and the frame's position.
"""

import sys
import time


def main(log, project):
    from annotation import window

    last_key, opened = [0], []
    begin, key, show = window.Window.__init__, window.Window._key, window.Window.show

    def write(root, time_ms, position):
        root.update_idletasks()
        root.winfo_pointerx()  # answered after everything before it was drawn
        log.write("%.3f %d %d\n" % (time.monotonic() * 1000, time_ms, position))
        log.flush()

    def timed_begin(self, *arguments, **more):
        begin(self, *arguments, **more)
        self.picture.on_draw(lambda: opened or (opened.append(True), write(self.root, 0, self.session.position)))

    def timed_key(self, event):
        last_key[0] = event.time
        done = key(self, event)
        last_key[0] = 0
        return done

    def timed_show(self):
        show(self)
        if last_key[0]:
            write(self.root, last_key[0], self.session.position)
    window.Window.__init__, window.Window._key, window.Window.show = timed_begin, timed_key, timed_show
    from host_tools.main import main as doorlens
    sys.argv = ["doorlens", "annotate", project, "--annotator", "bench"]
    return doorlens()


if __name__ == "__main__":
    with open(sys.argv[1], "a") as file:
        sys.exit(main(file, sys.argv[2]))
