"""What keys change only about how a frame is seen. Every action returns what there is to say about it, or None."""

from annotation.flicker import Flicker
from annotation.region_editor import RegionEditor


class Looks:
    """layout: annotation.layout.Layout; views: annotation.views.Views; show: draws the current frame's picture, with True
    that of the frame before."""

    def __init__(self, layout, session, views, show):
        self._layout, self._session, self._views, self._show = layout, session, views, show
        self.editor = RegionEditor(layout.picture, layout.theme, self._save_region)
        self.flicker = Flicker(layout.root, show)

    def all(self):
        """{name: callable}, as in annotation.commands."""
        view, layout = self._layout.picture, self._layout
        actions = {
            "zoom_in": lambda: view.zoom_by(1), "zoom_out": lambda: view.zoom_by(-1), "zoom_off": view.fit,
            "pan_left": lambda: view.pan(-1, 0), "pan_right": lambda: view.pan(1, 0),
            "pan_up": lambda: view.pan(0, -1), "pan_down": lambda: view.pan(0, 1),
            "stretch": view.toggle_stretch, "network": self._network, "edit_region": self._edit_region,
            "theme": layout.theme.toggle, "bars": layout.toggle_bars, "help": layout.help.toggle,
        }
        return {"flicker": self._flicker,
                **{name: lambda action=action: self._steadily(action) for name, action in actions.items()}}

    def stop_flicker(self):
        """The current frame's picture stays."""
        if self.flicker.running:
            self.flicker.stop()
            self._show()

    def _steadily(self, action):
        self.stop_flicker()
        return action()

    def _flicker(self):
        if self.flicker.running:
            self.stop_flicker()
        elif self._session.position > 0:
            self.flicker.start()

    def _network(self):
        if self._views.look is None:
            return "This window was opened without the functions that show what the network sees."
        return self._layout.network.toggle()

    def _edit_region(self):
        if self._views.save_region is None:
            return "This window was opened without a doorlens.toml to write the region to."
        self._layout.picture.fit()
        return self.editor.start()

    def _save_region(self, region):
        self._views.save_region(region)
        return "The region is saved in doorlens.toml; what is trained from now on uses it."
