"""run.py FOLDER MODULE...: runs the tests, and leaves their numbers in FOLDER for the totals of tests/run-all.sh. A module may be followed by .Class.test."""

import json
import pathlib
import sys
import unittest


def main():
    folder, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromNames(names))
    failed = len(result.failures) + len(result.errors)
    numbers = {"passed": result.testsRun - failed - len(result.skipped), "failed": failed, "skipped": len(result.skipped),
               "failures": [[test.id(), trace[-1000:]] for test, trace in result.failures + result.errors]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{names[0]}.numbers").write_text(json.dumps(numbers))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
