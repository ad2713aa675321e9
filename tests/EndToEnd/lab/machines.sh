#!/bin/bash
# Machines with systemd as PID 1, each with its own network namespace and address (10.77.0.1…) from net.sh, over one Debian tree.
#   machines.sh base TREE            makes the tree, once; about a minute
#   machines.sh boot LAB NAME NS TREE    boots machine NAME in namespace NS; its files are what LAB/NAME adds to TREE; prints the pid of its PID 1
#   machines.sh in PID COMMAND...    runs a command there
#   machines.sh wipe LAB NAME        unmounts a machine that is off, and forgets its files
set -eu
verb=$1
shift

base() {
  local tree=$1 mirror suite
  [ ! -e "$tree/.complete" ] || return 0
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
  mirror=$(sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n1)
  rm -rf "$tree"
  mkdir -p "$(dirname "$tree")"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,procps,libsqlite3-0,libssl3,libstdc++6 "$suite" "$tree" "${mirror:-http://deb.debian.org/debian}" >&2
  rm -rf "$tree"/var/cache/apt/archives/*.deb
  # What a machine without a console, a clock to set and a way out has no use for.
  chroot "$tree" systemctl mask -q systemd-networkd-wait-online.service console-getty.service systemd-logind.service apt-daily.timer apt-daily-upgrade.timer
  touch "$tree/.complete"
}

boot() {
  local lab=$1 name=$2 ns=$3 tree=$4 root=$1/$2/root leader nspawn
  mkdir -p "$root" "$lab/$name/upper" "$lab/$name/work"
  mountpoint -q "$root" || mount -t overlay overlay -o "lowerdir=$tree,upperdir=$lab/$name/upper,workdir=$lab/$name/work" "$root"
  if [ ! -e "$lab/$name/made" ]; then
    echo "$name" >"$root/etc/hostname"
    : >"$root/etc/machine-id"
    touch "$lab/$name/made"
  fi
  # A machine that boots here without cgroups of its own would take the host's for its own.
  for hierarchy in systemd unified memory; do
    [ ! -d "/sys/fs/cgroup/$hierarchy" ] || mkdir -p "/sys/fs/cgroup/$hierarchy/$ns"
  done
  (
    for hierarchy in systemd unified memory; do
      [ ! -d "/sys/fs/cgroup/$hierarchy" ] || echo $BASHPID >"/sys/fs/cgroup/$hierarchy/$ns/cgroup.procs"
    done
    exec setsid systemd-nspawn -q -D "$root" -M "$ns" --boot --register=no --keep-unit --console=pipe --resolv-conf=off --timezone=off \
      --network-namespace-path="/run/netns/$ns" >"$lab/$name/console" 2>&1 </dev/null
  ) >&2 &
  nspawn=$!
  for _ in $(seq 400); do
    leader=$(pgrep -P $nspawn | head -n1) || true
    if [ -n "$leader" ] && "$0" in "$leader" systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; then
      echo "$nspawn $leader"
      return 0
    fi
    [ -d /proc/$nspawn ] || break
    sleep .05
  done
  cat "$lab/$name/console" >&2
  echo "machine $name did not boot" >&2
  return 1
}

case $verb in
  base) base "$1" ;;
  boot) boot "$@" ;;
  in) pid=$1; shift; exec nsenter -t "$pid" -m -u -i -p -n -C -r -w "$@" ;;
  wipe)
    umount "$1/$2/root" 2>/dev/null || true
    rm -rf "${1:?}/${2:?}"
    ;;
esac
