#!/bin/sh
# stage.sh BINARY DIR: lays out in DIR what both packages install. Man pages and completions are printed by the binary itself, so that they cannot say
# anything else than --help does. All files bear the time of the last commit.
set -eu
binary=$1 stage=$2
here=$(cd "$(dirname "$0")" && pwd)
common=$here/common

rm -rf "$stage"
umask 022
put() { install -D -m "$1" "$2" "$stage$3"; }
print() {
  mkdir -p "$(dirname "$stage$1")"
  target=$stage$1
  shift
  "$binary" "$@" >"$target"
}

put 755 "$binary" /usr/bin/pryvd
put 644 "$common/pryvd.service" /usr/lib/systemd/system/pryvd.service
put 644 "$common/pryvd-guard.service" /usr/lib/systemd/system/pryvd-guard.service
put 644 "$common/pryvd.sysusers" /usr/lib/sysusers.d/pryvd.conf
put 644 "$common/pryvd.tmpfiles" /usr/lib/tmpfiles.d/pryvd.conf
put 644 "$common/pryvd.yaml" /etc/pryvd/pryvd.yaml
print /usr/share/bash-completion/completions/pryvd completion bash
print /usr/share/zsh/vendor-completions/_pryvd completion zsh
print /usr/share/fish/vendor_completions.d/pryvd.fish completion fish
print /usr/share/man/man1/pryvd.1 man pryvd
print /usr/share/man/man5/pryvd.yaml.5 man pryvd.yaml
gzip -9n "$stage/usr/share/man/man1/pryvd.1" "$stage/usr/share/man/man5/pryvd.yaml.5"

find "$stage" -exec touch -h -d "@$("$here/version.sh" epoch)" {} +
