#!/bin/sh
# Installs Doorlens on an ARMv7 Linux camera or computer; run as root in the unpacked folder.
#   ./install.sh            install or upgrade; the version before is kept
#   ./install.sh --back     put the version before in its place again
# DOORLENS_ROOT=folder installs below that folder and starts nothing.
set -eu

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=${DOORLENS_ROOT:-}
LIBRARY=$ROOT/usr/local/lib/doorlens
STATE=$ROOT/var/lib/doorlens
CURRENT=$LIBRARY/doorlens-camera

fail() { echo "install.sh: $*" >&2; exit 1; }

# The executable must start here, with the application inside, before anything that works is touched.
try() {
    found=$("$1" -c 'import camera_firmware; print(camera_firmware.__version__)' 2>/dev/null) ||
        fail "the executable does not run on this machine ($(uname -m)); it needs an ARMv7 Linux with hard float"
    [ -z "${2:-}" ] || [ "$found" = "$2" ] || fail "the executable says that it is version $found, not $2"
}

# One rename switches; a power cut leaves the old one or the new one. The old one gets a second name before.
switch_to() {
    sync
    if [ -f "$CURRENT" ]; then
        ln -f "$CURRENT" "$LIBRARY/previous.new"
        mv -f "$LIBRARY/previous.new" "$LIBRARY/doorlens-camera.previous"
    fi
    mv -f "$1" "$CURRENT"
    sync
}

start() {
    if [ -n "$ROOT" ]; then return
    elif command -v systemctl >/dev/null; then
        systemctl daemon-reload
        systemctl enable --quiet doorlens.service
        systemctl restart doorlens.service
    else
        /etc/init.d/S95doorlens restart
    fi
}

services() {
    if [ -n "$ROOT" ] || command -v systemctl >/dev/null; then
        mkdir -p "$ROOT/etc/systemd/system"
        cp "$HERE/doorlens.service" "$ROOT/etc/systemd/system/doorlens.service"
    else
        cp "$HERE/doorlens.init" /etc/init.d/S95doorlens
        chmod 755 /etc/init.d/S95doorlens
    fi
}

upgrade() {
    mkdir -p "$LIBRARY" "$STATE"
    new=$LIBRARY/doorlens-camera.new
    cp "$HERE/doorlens-camera" "$new"
    chmod 755 "$new"
    try "$new" "$(cat "$HERE/VERSION")"
    cp "$HERE/LICENSE" "$LIBRARY/LICENSE"
    [ -e "$STATE/settings.json" ] || cp "$HERE/settings.example.json" "$STATE/settings.example.json"
    services
    if [ -f "$CURRENT" ] && cmp -s "$new" "$CURRENT"; then rm -f "$new"; else switch_to "$new"; fi
}

back() {
    [ -f "$LIBRARY/doorlens-camera.previous" ] || fail "there is no version before this one"
    try "$LIBRARY/doorlens-camera.previous"
    ln -f "$LIBRARY/doorlens-camera.previous" "$LIBRARY/doorlens-camera.new"
    switch_to "$LIBRARY/doorlens-camera.new"
}

[ -n "$ROOT" ] || [ "$(id -u)" = 0 ] || fail "run this as root"
case "${1:-}" in
    "") upgrade ;;
    --back) back ;;
    *) sed -n '2,5p' "$0"; exit 2 ;;
esac
start
echo "doorlens $("$CURRENT" -c 'import camera_firmware; print(camera_firmware.__version__)') is installed"
[ -f "$STATE/settings.json" ] || echo "next: write $STATE/settings.json, see settings.example.json beside it, and start it"
