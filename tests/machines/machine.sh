#!/bin/bash
# A machine with systemd as PID 1 over a Debian tree, in a network namespace of its own.
#   machine.sh tree TREE           makes the tree, once; about a minute
#   machine.sh boot ROOT NS        boots the files in ROOT in namespace NS; prints the pids of systemd-nspawn and of the machine's PID 1
#   machine.sh forget NS           removes what a machine that is off has left on this one
set -eu
verb=$1
shift

tree() {
  local tree=$1 mirror suite
  [ ! -e "$tree/.complete" ] || return 0
  # shellcheck source=/dev/null # the system's own
  suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
  mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null | sed -n 's/^URIs: *\(http[^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\) .*/\2/p' | head -n1)
  rm -rf "$tree"
  mkdir -p "$(dirname "$tree")"
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2,procps,libsqlite3-0,libssl3,libstdc++6 "$suite" "$tree" "${mirror:-http://deb.debian.org/debian}" >&2
  rm -rf "$tree"/var/cache/apt/archives/*.deb
  # What a machine without a console and a way out has no use for.
  chroot "$tree" systemctl mask -q console-getty.service systemd-logind.service apt-daily.timer apt-daily-upgrade.timer
  touch "$tree/.complete"
}

inside() { nsenter -t "$1" -m -u -i -p -n -C -r -w "${@:2}"; }

boot() {
  local root=$1 ns=$2 nspawn leader
  # A machine without cgroups of its own would take this one's for its own.
  for hierarchy in systemd unified memory; do
    [ ! -d "/sys/fs/cgroup/$hierarchy" ] || mkdir -p "/sys/fs/cgroup/$hierarchy/$ns"
  done
  (
    for hierarchy in systemd unified memory; do
      [ ! -d "/sys/fs/cgroup/$hierarchy" ] || echo $BASHPID >"/sys/fs/cgroup/$hierarchy/$ns/cgroup.procs"
    done
    exec setsid systemd-nspawn -q -D "$root" -M "$ns" --boot --register=no --keep-unit --console=pipe --resolv-conf=off --timezone=off \
      --network-namespace-path="/run/netns/$ns" >"$root.console" 2>&1 </dev/null
  ) >&2 &
  nspawn=$!
  for _ in $(seq 400); do
    leader=$(pgrep -P $nspawn | head -n1) || true
    if [ -n "$leader" ] && inside "$leader" systemctl is-system-running 2>/dev/null | grep -qE 'running|degraded'; then
      echo "$nspawn $leader"
      return 0
    fi
    [ -d /proc/$nspawn ] || break
    sleep .05
  done
  cat "$root.console" >&2
  echo "the machine in $root did not boot" >&2
  return 1
}

forget() {
  for hierarchy in systemd unified memory; do
    [ ! -d "/sys/fs/cgroup/$hierarchy/$1" ] || find "/sys/fs/cgroup/$hierarchy/$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

case $verb in
  tree) tree "$1" ;;
  boot) boot "$1" "$2" ;;
  forget) forget "$1" ;;
esac
