#!/bin/sh
# Where the workbench's make targets run on this machine.
#   sdk/workbench.sh where     prints "here" or "container", or one line saying what to install (status 1)
#   sdk/workbench.sh install   on Debian as root: installs the packages that are missing
set -eu

PACKAGES="python3 python3-venv python3-tk mosquitto qemu-user qemu-user-static xvfb xdotool curl file"
COMMANDS="python3 qemu-arm mosquitto"

debian_root() { [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ] && command -v apt-get >/dev/null; }

complete() {
    for name in $COMMANDS; do
        PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$name" >/dev/null || return 1
    done
    python3 -c 'import sys, venv, tkinter; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

where() {
    if debian_root || complete; then echo here
    elif docker info >/dev/null 2>&1; then echo container
    else
        echo "doorlens: install Docker, or Python 3.11 or newer with venv and tkinter, qemu-user and mosquitto; or run as root on Debian" >&2
        return 1
    fi
}

missing() {
    for name in $PACKAGES; do
        dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || echo "$name"
    done
}

install() {
    debian_root || return 0
    wanted=$(missing)
    [ -z "$wanted" ] && return 0
    apt-get update -q
    # shellcheck disable=SC2086  # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $wanted
}

case "${1:-}" in
    where) where ;;
    install) install ;;
    *) sed -n '2,4p' "$0"; exit 2 ;;
esac
