#!/bin/bash
# A network of namespaces on a bridge of its own, without a way out, and faults in it.
#   net.sh up PREFIX N          hosts PREFIX-1…N at 10.77.0.1…N
#   net.sh cut PREFIX FROM TO   TO hears nothing of FROM any more; FROM goes on hearing TO
#   net.sh heal PREFIX N        everybody hears everybody
#   net.sh link PREFIX I up|down
#   net.sh down PREFIX N
set -eu
# nsenter and not "ip netns exec": that would make a mount namespace as well, in which mounted disks of other runs stay busy.
verb=$1 prefix=$2

up() {
  ip netns add "$prefix-sw"
  ip -n "$prefix-sw" link add br0 type bridge
  ip -n "$prefix-sw" link set br0 up
  for i in $(seq "$1"); do
    ip netns add "$prefix-$i"
    ip link add "v$i" netns "$prefix-sw" type veth peer name host0 netns "$prefix-$i"
    ip -n "$prefix-sw" link set "v$i" master br0 up
    ip -n "$prefix-$i" addr add "10.77.0.$i/24" dev host0
    ip -n "$prefix-$i" link set host0 up
    ip -n "$prefix-$i" link set lo up
    nsenter --net="/run/netns/$prefix-$i" nft -f - <<'RULES'
table inet lab {
  set deaf_to { type ipv4_addr; }
  chain input {
    type filter hook input priority 0;
    ip saddr @deaf_to drop
  }
}
RULES
  done
}

case $verb in
  up) up "$3" ;;
  cut) nsenter --net="/run/netns/$prefix-$4" nft add element inet lab deaf_to "{ 10.77.0.$3 }" ;;
  heal) for i in $(seq "$3"); do nsenter --net="/run/netns/$prefix-$i" nft flush set inet lab deaf_to; done ;;
  link) ip -n "$prefix-sw" link set "v$3" "$4" ;;
  down) for i in $(seq "$3"); do ip netns del "$prefix-$i" || true; done; ip netns del "$prefix-sw" || true ;;
esac
