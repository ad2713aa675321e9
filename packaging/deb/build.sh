#!/bin/sh
# build.sh BINARY OUT: OUT/pryvd_VERSION-1_ARCH.deb. The same input gives the same bytes.
set -eu
binary=$1 out=$2
here=$(cd "$(dirname "$0")" && pwd)
common=$here/../common
version=$("$here/../version.sh" deb)-1
SOURCE_DATE_EPOCH=$("$here/../version.sh" epoch)
export SOURCE_DATE_EPOCH
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
umask 022

"$here/../stage.sh" "$binary" "$root"
doc=$root/usr/share/doc/pryvd
mkdir -p "$root/DEBIAN" "$doc" "$root/usr/share/lintian/overrides"
install -m 644 "$here/copyright" "$doc/copyright"
install -m 644 "$here/lintian-overrides" "$root/usr/share/lintian/overrides/pryvd"
sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")/" "$common/changelog" >"$doc/changelog.Debian"
gzip -9n "$doc/changelog.Debian"
# dpkg makes them at install time as for any file, and /run is not for packages.
install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$root/DEBIAN/"
echo /etc/pryvd/pryvd.yaml >"$root/DEBIAN/conffiles"
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/conffiles" "$root/DEBIAN/md5sums"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
# zstd unpacks ten times as fast as xz: an upgrade's time is mostly that. dpkg knows it from 1.21.18 on (Debian 12), Ubuntu's for longer.
dpkg-deb --root-owner-group -Zzstd -z9 --threads-max=1 --build "$root" "$out/pryvd_${version}_$arch.deb"
