#!/usr/bin/env bash
# run-all.sh CONFIGURATION: runs every test project that is built and ends with one line of totals; fails when anything did.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
failed=0
for project in Pryv.Consensus.Tests Pryv.Grpc.Tests Pryvd.Tests Simulation EndToEnd; do
  dotnet test --nologo -c "$configuration" --no-build "tests/$project" --filter "Category!=Observers30&Category!=Systemd&Length!=Long" \
    --logger "trx;LogFileName=$project.trx" --results-directory "$results" || failed=1
done
# Packages, and machines that install them: where all is asked for, and can be.
if [ "${PRYVD_REQUIRE_ALL:-}" = 1 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  make --no-print-directory -k packages-test e2e-machines NUMBERS="$results" || failed=1
fi
python3 - "$results" "$failed" <<'PY'
import glob, html, json, re, sys
passed = failed = skipped = 0
for path in sorted(glob.glob(sys.argv[1] + "/*.trx")):
    report = open(path, encoding="utf-8-sig").read()
    for result in re.findall(r'<UnitTestResult [^>]*outcome="Failed".*?</UnitTestResult>', report, re.S):
        why = re.search(r"<Message>(.*?)</Message>", result, re.S)
        print("FAILED", html.unescape(re.search(r'testName="([^"]*)"', result).group(1)))
        print("      ", html.unescape(why.group(1))[:1000].replace("\n", "\n       ") if why else "without a message")
    counters = re.search(r"<Counters ([^>]*)/>", report).group(1)
    number = lambda name: int(re.search(rf'\b{name}="(\d+)"', counters).group(1))
    passed += number("passed")
    failed += number("failed") + number("error") + number("timeout") + number("aborted")
    skipped += number("total") - number("executed")
for path in glob.glob(sys.argv[1] + "/*.numbers"):
    numbers = json.load(open(path))
    for name, why in numbers["failures"]:
        print("FAILED", name + "\n       " + why.replace("\n", "\n       "))
    passed, failed, skipped = passed + numbers["passed"], failed + numbers["failed"], skipped + numbers["skipped"]
if sys.argv[2] == "1" and failed == 0:
    failed = 1  # a test host that died counts nothing
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
PY
