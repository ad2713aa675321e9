#!/bin/sh
# build.sh BINARY OUT: OUT/pryvd-VERSION-1.ARCH.rpm, from the same staged tree as the deb. The same input gives the same bytes.
set -eu
binary=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
version=$("$here/../version.sh" deb)
SOURCE_DATE_EPOCH=$("$here/../version.sh" epoch)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022

"$here/../stage.sh" "$binary" "$work/stage"
rpmbuild -bb --quiet --target "$(uname -m)" "$here/pryvd.spec" \
  --define "_topdir $work/rpm" --define "_rpmdir $work/out" \
  --define "pryvd_version $version" --define "pryvd_stage $work/stage" --define "pryvd_common $here/../common" --define "pryvd_license $here/../../LICENSE" \
  --define "pryvd_date $(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')"
mkdir -p "$out"
mv "$work"/out/*/*.rpm "$out/"
