#!/bin/sh
# Installs the programs of others that tests use: gRPC clients that call our server, redis-server and nginx that run as components. Does nothing where they are there.
set -eu

node_client="$(cd "$(dirname "$0")" && pwd)/Pryv.Grpc.Tests/clients/node"

packages=""
/usr/bin/python3 -c 'import grpc' 2>/dev/null || packages="$packages python3-grpcio"
command -v redis-server >/dev/null || packages="$packages redis-server"
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || packages="$packages nginx-light"
command -v npm >/dev/null || packages="$packages nodejs npm"

if [ -n "$packages" ]; then
    apt-get update -q
    # shellcheck disable=SC2086 # a list of names, split on purpose
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $packages
fi

# npm writes this file last, so it is there and newer only after a whole install of this lock file.
installed="$node_client/node_modules/.package-lock.json"
if [ ! -e "$installed" ] || [ "$node_client/package-lock.json" -nt "$installed" ]; then
    npm ci --prefix "$node_client" --ignore-scripts --no-audit --no-fund
fi
