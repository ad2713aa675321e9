#!/bin/sh
# Installs what `make bench` measures against and with: Debian's etcd-server, and strace. Does nothing where they are there.
# Debian starts etcd as a service on install; the benchmark starts its own members, so that service is stopped and disabled.
set -eu

packages=""
command -v etcd >/dev/null || packages="$packages etcd-server"
command -v strace >/dev/null || packages="$packages strace"

if [ -n "$packages" ]; then
    apt-get update -q
    # shellcheck disable=SC2086 # a list of names, split on purpose
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
    case "$packages" in
        *etcd-server*) if [ -d /run/systemd/system ]; then systemctl disable --now etcd; fi ;;
    esac
fi
