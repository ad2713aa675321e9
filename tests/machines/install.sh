#!/bin/sh
# Installs what packages are built and checked with, and what machines are booted with. Does nothing where it is there.
set -eu

packages=""
need() { command -v "$1" >/dev/null || packages="$packages $2"; }
need debootstrap debootstrap
need systemd-nspawn systemd-container
need systemd-analyze systemd
need lintian lintian
need rpmbuild rpm
need rpmlint rpmlint
need man man-db
need shellcheck shellcheck
need ip iproute2
need nft nftables
need ansible-playbook ansible-core
need cloud-init cloud-init
/usr/bin/python3 -c 'import grpc' 2>/dev/null || packages="$packages python3-grpcio"
/usr/bin/python3 -c 'import yaml' 2>/dev/null || packages="$packages python3-yaml"

if [ -n "$packages" ]; then
    # It is here to check a file, not to set up this machine at its next boot.
    case "$packages" in *cloud-init*) mkdir -p /etc/cloud && touch /etc/cloud/cloud-init.disabled ;; esac
    apt-get update -q
    # shellcheck disable=SC2086 # a list of names, split on purpose
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
fi
