"""How often a wrong token may be tried."""

from camera_firmware.portable import const

_AT_ONCE = const(30)
_ONE_MORE_MS = const(2000)
_PLACES = const(32)  # addresses that are remembered; when there are more, the rest share one account


class Attempts:
    """An account of wrong tokens for every address. Takes the time as an argument, in milliseconds."""

    def __init__(self):
        self._accounts = {}  # address -> (wrong tokens that count, when they were counted)

    def allowed(self, address, now_ms):
        """Whether a token from there is looked at at all."""
        return self._owed(self._account(address), now_ms) < _AT_ONCE

    def wrong(self, address, now_ms):
        """A wrong token came from there."""
        account = self._account(address)
        owed = self._owed(account, now_ms)
        if account not in self._accounts:
            self._forget(now_ms)
            account = address if len(self._accounts) < _PLACES else None
            owed = self._owed(account, now_ms)
        self._accounts[account] = (owed + 1, now_ms)

    def _account(self, address):
        return address if address in self._accounts or len(self._accounts) < _PLACES else None

    def _owed(self, account, now_ms):
        owed, when = self._accounts.get(account, (0, now_ms))
        return max(0, owed - (now_ms - when) // _ONE_MORE_MS)

    def _forget(self, now_ms):
        for account in [name for name in self._accounts if not self._owed(name, now_ms)]:
            del self._accounts[account]
