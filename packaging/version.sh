#!/bin/sh
# version.sh [deb|program|epoch]: the version of what is built here, from the newest git tag (v1.2.3).
# deb: 1.2.3; 1.2.3+git5.abc1234 five commits after it; 0.1.0~git20260101.abc1234 without any tag, which sorts before 0.1.0. The rpm's is the same.
# program: the same in the form that .NET takes. epoch: the time of the last commit, in seconds, that all built files bear.
# PRYVD_VERSION (in the form of deb) and SOURCE_DATE_EPOCH win, so that a tree without git can be built, too.
set -eu
cd "$(dirname "$0")/.."

version() {
  if [ -n "${PRYVD_VERSION:-}" ]; then
    echo "$PRYVD_VERSION"
  elif described=$(git describe --tags --long --abbrev=7 --match 'v[0-9]*' 2>/dev/null); then
    echo "$described" | sed -E 's/^v(.*)-([0-9]+)-g([0-9a-f]+)$/\1+git\2.\3/; s/\+git0\..*$//'
  else
    prefix=$(sed -n 's|.*<VersionPrefix>\(.*\)</VersionPrefix>.*|\1|p' Directory.Build.props)
    when=$(TZ=UTC0 git log -1 --format=%cd --date=format-local:%Y%m%d 2>/dev/null || echo 0)
    echo "$prefix~git$when.$(git rev-parse --short=7 HEAD 2>/dev/null || echo none)"
  fi
}

case ${1:-deb} in
  deb) version ;;
  program) version | sed 's/~/-/' ;;
  epoch) echo "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}" ;;
  *) echo "version.sh: deb, program or epoch" >&2; exit 2 ;;
esac
