#!/usr/bin/env python3
"""Runs the load of `scripts/bench.sh` and prints its table.

    measure.py --crossdock PROGRAM --ceiling PROGRAM --tokenizer PROGRAM --load FOLDER --site FOLDER --work FOLDER --runs N

LOAD holds items.csv, locations.csv, stock.csv and load.edi with their manifests, SITE a configuration with its library.
Every repetition begins with a state of its own: the master drops are played, then `crossdock run` over the load is
timed, then the C programs write the same rows and read the same bytes. Exit 1 where a total is not the manifest's.
"""
import argparse
import glob
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

NOW = "2025-01-15T10:00:00Z"


class Timed:
    """One finished process: seconds of wall and of both cores' work, peak memory in MiB, what it printed."""

    def __init__(self, command, environment=None, accept=(0,)):
        start = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode not in accept:
            tail = "\n".join(self.output.splitlines()[-20:])
            sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}\n{tail}")


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.state = os.path.join(arguments.work, "state")
        self.environment = {**os.environ, "CROSSDOCK_NOW": NOW, "CROSSDOCK_TESTING": "1"}
        self.load = os.path.join(arguments.load, "load.edi")
        with open(self.load + ".manifest.json") as file:
            self.manifest = json.load(file)
        self.failures = []

    def crossdock(self, *words, accept=(0,)):
        options = ["--config", os.path.join(self.arguments.site, "channels.yaml"), "--state", self.state]
        return Timed([self.arguments.crossdock, *words, *options], self.environment, accept)

    def drop(self, source, partner, folder):
        target = os.path.join(self.state, "partners", partner, folder)
        os.makedirs(target, exist_ok=True)
        shutil.copy(os.path.join(self.arguments.load, source), target)

    def prepare(self):
        """A new state with items, locations and stock in its books."""
        shutil.rmtree(self.state, ignore_errors=True)
        for name in ("items", "locations", "stock"):
            self.drop(name + ".csv", "erp", name)
        for folder in ("buyerco/out", "buyerco/in", "warehouse/in/940"):
            os.makedirs(os.path.join(self.state, "partners", folder), exist_ok=True)
        self.crossdock("run")
        self.drop("load.edi", "buyerco", "out")
        subprocess.run(["sync"], check=True)

    def expect(self, what, found):
        wanted = {**self.manifest, "zero": 0}[what] if isinstance(what, str) else what[1]
        name = what if isinstance(what, str) else what[0]
        if found != wanted:
            self.failures.append(f"{name}: {found}, not {wanted}")

    def check_books(self):
        """Control totals: what the generator wrote is what the books and the warehouse's files say."""
        books = sqlite3.connect(f"file:{os.path.join(self.state, 'ledger.db')}?mode=ro", uri=True)
        def one(sql):
            return books.execute(sql).fetchone()[0] or 0
        self.expect("orders", one("SELECT count(*) FROM orders"))
        self.expect("lines", one("SELECT count(*) FROM line"))
        self.expect("units", one("SELECT sum(ordered) FROM line"))
        self.expect("cents", one("SELECT sum(goods) FROM orders"))
        self.expect(("units reserved or released", self.manifest["units"]), one("SELECT sum(reserved + released) FROM line"))
        self.expect(("units reserved at locations", self.manifest["units"]), one("SELECT sum(reserved) FROM position"))
        self.expect(("orders on hold", 0), one("SELECT count(*) FROM hold"))
        self.expect(("documents not delivered", 0), one("SELECT count(*) FROM outbound WHERE state <> 'delivered'"))
        books.close()
        units = 0
        for path in glob.glob(os.path.join(self.state, "partners/warehouse/in/940/*")):
            with open(path, encoding="ascii") as file:
                units += sum(int(found) for found in re.findall(r"^W01\*(\d+)\*", file.read(), re.MULTILINE))
        self.expect(("units on shipping orders", self.manifest["units"]), units)

    def ledger_size(self):
        return sum(os.path.getsize(path) for path in glob.glob(os.path.join(self.state, "ledger.db*"))) / 1e6

    def once(self):
        self.prepare()
        run = self.crossdock("run")
        self.check_books()
        copy = os.path.join(self.arguments.work, "ceiling.db")
        ceiling = json.loads(Timed([self.arguments.ceiling, os.path.join(self.state, "ledger.db"), copy]).output)
        check = self.crossdock("check", self.load)
        tokenizer = json.loads(Timed([self.arguments.tokenizer, self.load]).output)
        for name in ("orders", "lines", "units", "cents"):
            self.expect((f"{name} of the C tokenizer", self.manifest[name]), tokenizer[name])
        for leftover in glob.glob(copy + "*"):
            os.remove(leftover)
        return {
            "orders_per_second": self.manifest["orders"] / run.wall, "ceiling": ceiling["orders_per_second"],
            "wall": run.wall, "cpu": run.cpu, "memory": run.memory, "ledger": self.ledger_size(),
            "check": self.manifest["bytes"] / 1e6 / check.wall, "check_memory": check.memory,
            "tokenizer": tokenizer["megabytes_per_second"], "rows": ceiling["rows"], "commits": ceiling["commits"],
        }

    def idle(self):
        """`run --due` with nothing due, over the full ledger."""
        self.crossdock("run", "--due")
        runs = [self.crossdock("run", "--due") for _ in range(20)]
        return statistics.median(run.wall for run in runs) * 1000, max(run.memory for run in runs)


def table(bench, runs, idle):
    def middle(name):
        return statistics.median(run[name] for run in runs)

    def spread(name):
        values = [run[name] for run in runs]
        return f"{min(values):,.0f}–{max(values):,.0f}"

    manifest = bench.manifest
    ratio = statistics.median(run["orders_per_second"] / run["ceiling"] for run in runs)
    reading = statistics.median(run["check"] / run["tokenizer"] for run in runs)
    rows = [
        ("input", f"{manifest['bytes'] / 1e6:,.0f} MB, {manifest['orders']:,} orders, {manifest['lines']:,} lines, "
                  f"{manifest['units']:,} units, {manifest['cents']:,} cents", "", ""),
        ("crossdock run, orders/s", f"{middle('orders_per_second'):,.0f}", spread("orders_per_second"), ""),
        ("SQLite in C, same rows and commits, orders/s", f"{middle('ceiling'):,.0f}", spread("ceiling"), ""),
        ("ratio", f"{ratio:.2f}", "", "≥ 0.30"),
        ("wall, s", f"{middle('wall'):.2f}", "", ""),
        ("work of both cores, s", f"{middle('cpu'):.2f}", "", ""),
        ("peak memory, MiB", f"{max(run['memory'] for run in runs):.0f}", "", "≤ 128"),
        ("ledger, MB", f"{middle('ledger'):,.0f}", "", ""),
        ("rows and commits of the run", f"{middle('rows'):,.0f} and {middle('commits'):,.0f}", "", ""),
        ("crossdock check, MB/s", f"{middle('check'):,.0f}", spread("check"), ""),
        ("C tokenizer, MB/s", f"{middle('tokenizer'):,.0f}", spread("tokenizer"), ""),
        ("ratio", f"{reading:.3f}", "", ""),
        ("peak memory of check, MiB", f"{max(run['check_memory'] for run in runs):.0f}", "", ""),
        ("run --due with nothing due, ms (median of 20)", f"{idle[0]:.0f}", "", "≤ 50"),
        ("peak memory of it, MiB", f"{idle[1]:.0f}", "", ""),
    ]
    print(f"| | median of {len(runs)} | lowest–highest | must be |\n|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if ratio < 0.30:
        bench.failures.append(f"ratio to the ceiling: {ratio:.2f}, not 0.30")
    if any(run["memory"] > 128 for run in runs):
        bench.failures.append("peak memory is above 128 MiB")
    if idle[0] > 50:
        bench.failures.append(f"run --due with nothing due takes {idle[0]:.0f} ms, not 50")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("crossdock", "ceiling", "tokenizer", "load", "site", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--runs", type=int, default=3)
    bench = Bench(parser.parse_args())
    runs = []
    for index in range(bench.arguments.runs):
        runs.append(bench.once())
        print(f"run {index + 1}: {runs[-1]['orders_per_second']:,.0f} orders/s, in C {runs[-1]['ceiling']:,.0f}, "
              f"{runs[-1]['memory']:.0f} MiB, load of the machine {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
        if bench.failures:
            break
    if not bench.failures:
        table(bench, runs, bench.idle())
    if bench.failures:
        sys.exit("bench: " + "\n       ".join(bench.failures))


if __name__ == "__main__":
    main()
