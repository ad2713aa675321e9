#!/bin/sh
# Installs what tests/EndToEnd/Faults breaks networks, disks and clocks with. Does nothing where it is there.
set -eu

packages=""
command -v ip >/dev/null || packages="$packages iproute2"
command -v nft >/dev/null || packages="$packages nftables"
command -v gcc >/dev/null || packages="$packages gcc libc6-dev"
command -v python3 >/dev/null || packages="$packages python3"
command -v mkfs.ext4 >/dev/null || packages="$packages e2fsprogs"
command -v mount >/dev/null || packages="$packages mount"
command -v faketime >/dev/null || packages="$packages faketime libfaketime"
command -v sqlite3 >/dev/null || packages="$packages sqlite3"
command -v dd >/dev/null || packages="$packages coreutils"

if [ -n "$packages" ]; then
    apt-get update -q
    # shellcheck disable=SC2086 # a list of names, split on purpose
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
fi
