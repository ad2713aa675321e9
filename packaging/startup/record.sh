#!/usr/bin/env bash
# record.sh PROGRAM ASSEMBLIES: writes pryvd.mibc anew from what PROGRAM runs in a cluster of three, once new and once started again, and in the commands used there.
# ASSEMBLIES: the folder of the trimmed assemblies that PROGRAM was compiled from.
set -euo pipefail
program=$(realpath "$1") assemblies=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
daemons=()
trap 'kill "${daemons[@]}" 2>/dev/null || true; wait; rm -rf "$place"' EXIT

# Until a command succeeds; what has not by then never will.
until_ok() {
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  echo "record.sh: '$*' has not succeeded within 30 s" >&2
  exit 1
}

# The runtime's own recorder: which methods were compiled or taken from the image (loader, JIT, types, methods in detail), not what is loaded at the end.
recorded() {
  local name=$1
  shift
  DOTNET_EnableEventPipe=1 DOTNET_EventPipeRundown=0 DOTNET_EventPipeOutputPath="$place/$name.nettrace" \
    DOTNET_EventPipeConfig='Microsoft-Windows-DotNETRuntime:0x6000080018:5' exec "$program" "$@"
}

# A start lists what it runs first: those of the daemons come before the commands, since the order is that of the code in the file.
start() {
  local round=$1
  daemons=()
  for node in 1 2 3; do
    recorded "$round-daemon$node" run --config /dev/null --name "node$node" --data-dir "$place/node$node" --socket "$place/socket$node" --listen "127.0.0.$node:27511" \
      >"$place/log$node" 2>&1 &
    daemons+=($!)
  done
  for node in 1 2 3; do
    until_ok "$program" status --socket "$place/socket$node"
  done
}

stop() {
  kill "${daemons[@]}"
  wait "${daemons[@]}" || true
}

# A variable that is not there is an answer, exit code 4, which only who reaches a leader gives.
reaches_leader() {
  "$program" var get absent --socket "$place/socket$1" || [ $? = 4 ]
}

start 1
(recorded 3-init init --socket "$place/socket1") >/dev/null
for node in 2 3; do
  token=$("$program" token create --socket "$place/socket1" | head -1 | cut -d' ' -f1)
  (PRYVD_TOKEN=$token recorded "3-join$node" join 127.0.0.1:27511 --socket "$place/socket$node") >/dev/null
done
for node in 1 2 3; do
  until_ok reaches_leader $node
  (recorded "3-set$node" var set "key$node=value" --socket "$place/socket$node") >/dev/null
  (recorded "3-get$node" var get "key$node" --socket "$place/socket$node") >/dev/null
done
for words in "status" "var list" "node list" "token create" "event list" "raft digest"; do
  (recorded "4-${words/ /-}" $words --socket "$place/socket2") >/dev/null
done
# What begins seconds after a start, as the check of all rows, belongs to it.
settle=6
sleep $settle
stop
start 2
for node in 1 2 3; do until_ok reaches_leader $node; done
sleep $settle
stop

dotnet run --project "$here" -c Release -- "$here/pryvd.mibc" "$assemblies" "$place"/2-*.nettrace "$place"/1-*.nettrace "$place"/[34]-*.nettrace
