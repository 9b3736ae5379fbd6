#!/usr/bin/env python3
"""`crossdock check` over every real X12, XML, UBL and CSV file of ../shared/samples, and over the bad ones.

    Tests/badinputs/samples.py CROSSDOCK [--only x12/850] [--jobs 2]

Of every file: it ends by itself with 0 or 65, within ten seconds, under 64 MiB. Of X12 also: interchanges, groups and sets
are as many as an independent reader found (expected.jsonl). Files that differ stand in samples.json with the reason; a
file that differs without standing there ends this with 1, and so does one that stands there and agrees.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile

from bench import HERE, MEMORY_LIMIT, REPOSITORY, SHARED, Bench, environment

FOLDERS = ("x12", "xml", "ubl", "csv", "bad")
SUITE_ENDINGS = {".edi", ".x12", ".csv", ".tsv", ".xml", ".837", ".835", ".834", ".850"}
SECONDS = 10


def files(samples):
    for folder in FOLDERS:
        yield from sorted(path for path in (samples / folder).rglob("*") if path.is_file())
    for path in sorted((samples / "suites").rglob("*")):
        if path.is_file() and path.suffix.lower() in SUITE_ENDINGS:
            yield path


def look(crossdock, path, expected, state):
    """What is wrong with the answer about one file; empty when nothing is."""
    outcome = Bench.run(
        crossdock, "check", "--json", path, config=REPOSITORY / "config" / "channels.yaml", state=state,
        env=environment(), deadline=120)
    wrong = []
    if outcome.status == 64 and "USAGE.FORMAT" in outcome.stderr and (expected or {}).get("syntax") != "x12":
        return []  # EDIFACT, JSON and fixed width are not there yet, and it says so
    if outcome.status not in (0, 65):
        return [f"ended with {outcome.status}: {outcome.stderr[:200]}"]
    if outcome.seconds > SECONDS:
        wrong.append(f"took {outcome.seconds:.1f} s of processor time")
    if outcome.peak > MEMORY_LIMIT:
        wrong.append(f"peak memory {outcome.peak >> 20} MiB")
    lines = outcome.lines()
    if len(lines) != 1:
        return wrong + [f"{len(lines)} lines of answer"]
    answer = lines[0]
    if any(finding["severity"] == "error" for finding in answer["findings"]) != (outcome.status == 65):
        wrong.append(f"ended with {outcome.status} against its findings")
    if expected is None or expected["syntax"] != "x12" or not expected["ok"]:
        return wrong
    sets = {}
    for found in answer["sets"]:
        sets[found["id"]] = sets.get(found["id"], 0) + 1
    for name, here, there in (
        ("format", answer["format"], "x12"), ("interchanges", answer["interchanges"], expected["interchanges"]),
        ("groups", answer["groups"], expected["groups"]), ("sets", sets, expected["sets"]),
    ):
        if here != there:
            wrong.append(f"{name}: {here}, expected {there}")
    return wrong


class Program:
    """Enough of a bench to run the program."""

    def __init__(self, crossdock):
        self.crossdock = str(pathlib.Path(crossdock).resolve())


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("crossdock")
    options.add_argument("--only", default="", help="files whose path begins so")
    options.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    options = options.parse_args()
    samples = SHARED / "samples"
    if not samples.exists():
        print(f"samples: skipped, {samples} is not there")
        return 0
    expected = {}
    for line in (samples / "expected.jsonl").read_text().splitlines():
        row = json.loads(line)
        expected[row["file"]] = row
    listed = json.loads((HERE / "samples.json").read_text())
    paths = {str(path.relative_to(samples)): path for path in files(samples)}
    paths = {name: path for name, path in paths.items() if name.startswith(options.only)}
    program = Program(options.crossdock)
    with tempfile.TemporaryDirectory() as state, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda name: look(program, paths[name], expected.get(name), state), paths))
    passed = failed = skipped = counted = 0
    for name, wrong in zip(paths, results):
        counted += name in expected and expected[name]["syntax"] == "x12" and expected[name]["ok"]
        if wrong and name in listed:
            skipped += 1
        elif wrong:
            failed += 1
            print(f"FAILED  {name}: {'; '.join(wrong)}")
        elif name in listed:
            failed += 1
            print(f"FAILED  {name} agrees: remove it from samples.json")
        else:
            passed += 1
    unknown = [] if options.only else sorted(set(listed) - set(paths))
    for name in unknown:
        failed += 1
        print(f"FAILED  {name} stands in samples.json and is not there")
    print(f"samples: {counted} X12 files counted beside an independent reader")
    print(f"samples: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
