#!/usr/bin/env python3
"""The table of bad inputs, played row by row on the real program.

    Tests/badinputs/run.py CROSSDOCK [--only CSV-0] [--jobs 2] [--verbose]

The table and its bytes are looked for in ../shared/reliability beside the repository; without them the runner says so and
ends well. Rows that do not hold, each with its reason, stand in exceptions.json: a row that fails without standing there
ends the runner with 1, and so does a row that stands there and holds. Rows about servers that Swift tests hold (too)
stand in net.json with them, and the tests must be there.
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys

import commands
import configurations
import drops
import exchange
from bench import HERE, SHARED, Bench, Failure, Skipped

FAMILIES = {"X12": drops, "CSV": drops, "XML": drops, "YML": configurations, "CLI": commands, "NET": exchange}


def play(bench, row):
    """Nothing when the row holds, else why not: words, or Skipped."""
    try:
        FAMILIES[row["id"][:3]].hold(bench, row)
        return None
    except Skipped as reason:
        return reason
    except Failure as failure:
        return str(failure)
    except (KeyError, ValueError, OSError, subprocess.TimeoutExpired) as error:
        return f"the answer is not as it should be: {error!r}"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("crossdock")
    options.add_argument("--only", default="", help="rows whose id begins so")
    options.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    options.add_argument("--verbose", action="store_true")
    options = options.parse_args()

    table = SHARED / "reliability" / "manifest.jsonl"
    if not table.exists():
        print(f"bad inputs: skipped, {table} is not there")
        return 0
    rows = [json.loads(line) for line in table.read_text().splitlines() if line]
    rows = [row for row in rows if row["id"].startswith(options.only)]
    exceptions = json.loads((HERE / "exceptions.json").read_text())
    unknown = set(exceptions) - {row["id"] for row in rows}
    unknown |= set(exchange.TESTS) - {row["id"] for row in rows}
    if unknown and not options.only:
        print("exceptions.json or net.json names rows that the table has not: " + ", ".join(sorted(unknown)))
        return 1

    playable = [row for row in rows if row["id"][:3] in FAMILIES]
    bench = Bench(options.crossdock)
    passed = failed = skipped = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            results = list(pool.map(lambda row: play(bench, row), playable))
    finally:
        bench.close()
    for row, reason in zip(playable, results):
        listed = exceptions.get(row["id"])
        if isinstance(reason, Skipped):
            skipped += 1
            print(f"skipped {row['id']} {row['title']}: {reason}")
            continue
        if listed is None and reason is None:
            passed += 1
            if options.verbose:
                print(f"ok      {row['id']} {row['title']}")
        elif listed is None:
            failed += 1
            print(f"FAILED  {row['id']} {row['title']} [{row['code']}, {row['disp']}]\n          {reason}")
        elif reason is None:
            failed += 1
            print(f"FAILED  {row['id']} holds: remove it from exceptions.json")
        else:
            skipped += 1
            if options.verbose:
                print(f"listed  {row['id']} {listed}\n          {reason}")
    for row in playable:
        tests = exchange.TESTS.get(row["id"])
        if tests:
            print(f"tests   {row['id']} {', '.join(tests)}")
    families = sorted({row["id"][:3] for row in rows if row["id"][:3] not in FAMILIES})
    if families:
        others = sum(row["id"][:3] in families for row in rows)
        skipped += others
        print(f"bad inputs: {others} rows are about what is not there yet: {', '.join(families)}")
    print(f"bad inputs: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
