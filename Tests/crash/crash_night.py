#!/usr/bin/env python3
"""Kills the night of fixtures/night at every fault point and at random moments, and asserts that nobody can tell.

    Tests/crash/crash_night.py CROSSDOCK [--points] [--random COUNT] [--seed S] [--every N] [--jobs N]
    Tests/crash/crash_night.py CROSSDOCK --only 'evening:F25@3,F29@1'

An undisturbed night is played first: `crossdock dump --canonical` and the partners' folders after it are what every
disturbed night has to come to. A case is a half of the night and the deaths that befall its first runs, one after the
other: `evening:F25@3,F29@1` kills the first run at the third hit of F25 and the run after it at the first hit of F29;
`morning:0.250s` kills the first run of the morning after a quarter of a second. Then the half is run until idle, in at
most five runs, and the rest of the night is played undisturbed.

Without --points and --random both are done, 100 random moments. --every N takes every Nth of the random moments.
Exit 1 if a case failed; each failure is a line with the command that plays it again.
"""

import argparse
import collections
import concurrent.futures
import difflib
import hashlib
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = REPOSITORY / "fixtures" / "night"
HALVES = {"evening": "2025-11-21T23:30:00Z", "morning": "2025-11-22T11:30:00Z"}
RUNS_MAX = 5
SECONDS_MAX = 120
# A run that is done, and one whose news is partial: both have done everything that can be done.
ENDED_WELL = (0, 3)


class Failed(Exception):
    """What a case did not come to."""


class Night:
    """One state folder in which the night is played, watched for what must never happen on the way."""

    def __init__(self, binary, state):
        self.binary = binary
        self.state = pathlib.Path(state)
        self.half = "evening"
        self.seen = {}
        self.laid = set()

    @property
    def partners(self):
        return self.state / "partners"

    def copy(self, to):
        shutil.copytree(self.state, to)
        night = Night(self.binary, to)
        night.half, night.seen, night.laid = self.half, dict(self.seen), set(self.laid)
        return night

    def lay(self, half):
        """Puts the drops of a half where partners put them."""
        self.half = half
        for mailbox in (FIXTURES / "mailboxes.txt").read_text().split():
            (self.partners / mailbox).mkdir(parents=True, exist_ok=True)
        shutil.copytree(FIXTURES / half, self.partners, dirs_exist_ok=True)
        self.laid |= {
            str(path.relative_to(FIXTURES / half)) for path in (FIXTURES / half).rglob("*") if path.is_file()}
        self.look()

    def start(self, *arguments, fault=None, log=None):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("CROSSDOCK_")}
        environment |= {
            "CROSSDOCK_TESTING": "1", "CROSSDOCK_CONFIG": "config/channels.yaml", "CROSSDOCK_STATE": str(self.state),
            "CROSSDOCK_NOW": HALVES[self.half]}
        if fault:
            environment["CROSSDOCK_FAULT"] = fault
        if log:
            environment["CROSSDOCK_FAULT_LOG"] = str(log)
        return subprocess.Popen(
            [self.binary, *arguments], cwd=REPOSITORY, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def call(self, *arguments, **how):
        """The exit status, output and error output of a command that must come to an end."""
        process = self.start(*arguments, **how)
        try:
            output, errors = process.communicate(timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failed(f"crossdock {' '.join(arguments)} hangs") from None
        return process.returncode, output, errors.decode(errors="replace")

    def run(self, **how):
        """One run without faults; says whether it found nothing to do."""
        status, output, errors = self.call("run", "--json", **how)
        self.look()
        if status not in ENDED_WELL:
            raise Failed(f"crossdock run ended with {status}: {last_line(errors)}")
        events = [json.loads(line) for line in output.splitlines()]
        end = events[-1]
        return not (
            end["rendered"] or end["delivered"]
            or any(event["type"] == "drop.done" or event.get("staged") or event.get("duplicates") for event in events))

    def run_until_idle(self):
        for _ in range(RUNS_MAX):
            if self.run() and self.call("status", "--idle")[0] == 0:
                return
        raise Failed(f"not idle after {RUNS_MAX} runs of the {self.half}")

    def die_at(self, point):
        """A run that a fault point kills."""
        status, _, errors = self.call("run", "--json", fault=f"{point}=kill")
        self.look()
        if status != -signal.SIGKILL:
            raise Failed(f"{point} was not reached: crossdock run ended with {status}: {last_line(errors)}")

    def die_after(self, seconds):
        """A run that is killed after so many seconds; says whether it was still there."""
        process = self.start("run", "--json")
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        self.look()
        return process.returncode == -signal.SIGKILL

    def tree(self):
        return {
            str(path.relative_to(self.partners)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.partners.rglob("*")) if path.is_file()}

    def look(self):
        """What a partner was given stays as it is; what a partner gave may only move away."""
        now = self.tree()
        for name, digest in self.seen.items():
            if name.endswith(".part"):
                continue
            if name not in now and name not in self.laid:
                raise Failed(f"{name} was at the partner's and is gone")
            if now.get(name, digest) != digest:
                raise Failed(f"{name} was replaced by other bytes")
        self.seen = now

    def result(self):
        """What the night came to: the books and the partners' folders."""
        status, dump, errors = self.call("dump", "--canonical")
        if status != 0:
            raise Failed(f"crossdock dump ended with {status}: {last_line(errors)}")
        status, _, errors = self.call("verify")
        if status != 0:
            raise Failed(f"crossdock verify ended with {status}: {last_line(errors)}")
        tree = self.tree()
        parts = [name for name in tree if name.endswith(".part")]
        if parts:
            raise Failed(f"{parts[0]} is left behind")
        return dump.decode().splitlines(), tree, self.kept()

    def kept(self):
        """The names of the bytes kept under their digests; a temporary file among them was left behind."""
        return {
            str(path.relative_to(self.state)) for folder in ("staging", "outbox")
            for path in (self.state / folder).rglob("*") if path.is_file()}


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing said"


def compare(wanted, found):
    (books, tree, kept), (found_books, found_tree, found_kept) = wanted, found
    for name in sorted(tree.keys() | found_tree.keys()):
        if name not in found_tree:
            raise Failed(f"{name} is missing at the partner's")
        if name not in tree:
            raise Failed(f"{name} is at the partner's and should not be")
        if tree[name] != found_tree[name]:
            raise Failed(f"{name} has other bytes")
    if books != found_books:
        lines = [
            line for line in difflib.unified_diff(books, found_books, "undisturbed", "disturbed", "", "", 0, "")
            if not line.startswith(("---", "+++", "@@"))]
        raise Failed(f"the books differ in {len(lines)} lines:\n      " + "\n      ".join(lines[:8]))
    if kept != found_kept:
        raise Failed(f"{sorted(kept ^ found_kept)[0]} is kept in one of both states only")


def orders(books):
    rows = [json.loads(line) for line in books]
    return {(row["partner"], row["number"]) for row in rows if row["row"] == "order"}


class Harness:
    """The undisturbed night, and every case beside it."""

    def __init__(self, binary, folder):
        self.binary = str(pathlib.Path(binary).resolve())
        self.folder = pathlib.Path(folder)
        # The night as each half finds it: nothing at first, then after an undisturbed evening.
        self.before = {"evening": None}
        self.wanted = None
        self.hits = {}
        self.lengths = {}
        self.passed = 0
        self.failed = 0
        self.lock = threading.Lock()
        self.count = 0

    def fresh(self, half):
        with self.lock:
            self.count += 1
            path = self.folder / f"case-{self.count}"
        before = self.before[half]
        return before.copy(path) if before else Night(self.binary, path)

    def baseline(self):
        """Plays the night undisturbed."""
        night = Night(self.binary, self.folder / "undisturbed")
        for half in HALVES:
            if half == "morning":
                self.before["morning"] = night.copy(self.folder / "after-evening")
            night.lay(half)
            began = time.monotonic()
            night.run()
            self.lengths[half] = time.monotonic() - began
            night.run_until_idle()
        self.wanted = night.result()
        if not self.wanted[1]:
            raise Failed("the undisturbed night has no files")

    def learn(self):
        """Plays the night again and writes down which fault points its runs hit, and how often."""
        night = Night(self.binary, self.folder / "logged")
        for half in HALVES:
            log = self.folder / f"{half}.log"
            night.lay(half)
            night.run(log=log)
            self.hits[half] = collections.Counter(line.split()[0] for line in log.read_text().splitlines())
            night.run_until_idle()
        compare(self.wanted, night.result())

    def points(self):
        """Every point at its first, middle and last hit in each half, and what only a second death reaches."""
        cases = []
        for half in HALVES:
            for point, count in sorted(self.hits[half].items()):
                for hit in sorted({1, (count + 1) // 2, count}):
                    cases.append((half, [f"{point}@{hit}"]))
            # Settling is reached by the run after one that died while it sent.
            for first in ("F23", "F24", "F25", "F26", "F27"):
                count = self.hits[half].get(first, 0)
                for hit in sorted({1, count} if count else ()):
                    cases.append((half, [f"{first}@{hit}", "F29@1"]))
            # A recovery that dies as the first run did, and dies again, must come to an end all the same.
            for point in ("F08", "F18", "F26", "F27", "F31"):
                if self.hits[half].get(point):
                    cases.append((half, [f"{point}@1"] * 2))
            for point in ("F10", "F21", "F28"):
                if self.hits[half].get(point):
                    cases.append((half, [f"{point}@1"] * 4))
        return cases

    def moments(self, count, seed, every):
        """Random moments, an equal share for each half, as fractions of the length of its first run."""
        chance = random.Random(seed)
        halves = list(HALVES)
        drawn = [(halves[index % len(halves)], chance.random()) for index in range(count)]
        return drawn[::every]

    def check_points(self):
        """No dead fault points: every one that the program names is reached."""
        reached = set().union(*self.hits.values()) | {"F29"}
        _, output, _ = Night(self.binary, self.folder / "none").call("fault-points", "--json")
        named = [json.loads(line) for line in output.splitlines()]
        dead = [f"{point['id']} {point['name']}" for point in named if point["id"] not in reached]
        if not named or dead:
            raise Failed("fault points that the night never reaches: " + (", ".join(dead) or "none are named"))

    def play(self, half, deaths):
        """One disturbed night. Deaths are fault points, or seconds."""
        night = self.fresh(half)
        try:
            night.lay(half)
            was_killed = True
            for death in deaths:
                if death.endswith("s"):
                    was_killed = night.die_after(float(death[:-1]))
                else:
                    night.die_at(death)
            night.run_until_idle()
            if half == "evening":
                night.lay("morning")
                night.run_until_idle()
            compare(self.wanted, night.result())
            return was_killed
        finally:
            shutil.rmtree(night.state, ignore_errors=True)

    def poison(self):
        """A drop that kills two runs is kept out of the third, which does all the rest; mended, it is taken up again."""
        night = self.fresh("evening")
        file = next((FIXTURES / "evening" / "plum-street").rglob("*.csv"))
        rule = f"F12[{file.name}]@*=kill"
        night.lay("evening")
        for _ in range(2):
            status, _, errors = night.call("run", "--json", fault=rule)
            if status != -signal.SIGKILL:
                raise Failed(f"crossdock run ended with {status} though a drop kills it: {last_line(errors)}")
        night.run(fault=rule)
        if b"UNIT.POISON" not in night.call("failures")[1]:
            raise Failed("failures does not tell of a drop that killed two runs")
        night.run_until_idle()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        status, _, errors = night.call("replay", digest[:12], "--from", "read", "--reason", "mended", "--yes")
        if status not in ENDED_WELL:
            raise Failed(f"crossdock replay ended with {status}: {last_line(errors)}")
        night.run_until_idle()
        night.lay("morning")
        night.run_until_idle()
        # Its orders came after others', so they may have got other goods; but each is there, once.
        wanted, found = (orders(books) for books in (self.wanted[0], night.result()[0]))
        if wanted != found:
            raise Failed(f"orders differ: {sorted(wanted ^ found)}")

    def case(self, half, deaths):
        name = f"{half}:{','.join(deaths)}"
        try:
            was_killed = self.play(half, deaths)
        except (Failed, OSError, ValueError, KeyError, IndexError) as error:
            self.note(name, error)
            return True
        self.note(name)
        return was_killed

    def moment(self, half, fraction):
        """A moment that came after the end of the run, on a machine with less to do, is drawn nearer."""
        for attempt in range(4):
            if self.case(half, [f"{self.lengths[half] * fraction * 0.7 ** attempt:.4f}s"]):
                return

    def note(self, name, error=None):
        with self.lock:
            if error is None:
                self.passed += 1
                return
            self.failed += 1
            command = shlex.join([os.path.relpath(__file__), self.binary, "--only", name])
            print(f"FAILED {name}: {error}\n      again: {command}", flush=True)

    def step(self, name, work):
        """A step on which the others rest."""
        try:
            work()
        except (Failed, OSError, ValueError, KeyError, IndexError) as error:
            with self.lock:
                self.failed += 1
                print(f"FAILED {name}: {error}", flush=True)
            return False
        with self.lock:
            self.passed += 1
        return True


def memory():
    """A folder in memory, if there is one with room: what a killed process wrote stays, synced or not, so the disk would
    add nothing but waiting."""
    folder = pathlib.Path("/dev/shm")
    if "TMPDIR" not in os.environ and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 128 << 20:
        return folder
    return None


def parse(text):
    half, _, deaths = text.partition(":")
    if half not in HALVES or not deaths:
        raise SystemExit(f"--only '{text}' is not HALF:DEATH[,DEATH], like evening:F25@3,F29@1 or morning:0.250s")
    return half, deaths.split(",")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--points", action="store_true")
    parser.add_argument("--random", type=int, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", action="append", metavar="HALF:DEATHS")
    options = parser.parse_args()
    is_whole = not options.points and options.random is None and not options.only
    with tempfile.TemporaryDirectory(prefix="crossdock-crash-", dir=memory()) as folder:
        harness = Harness(options.binary, folder)
        began = time.monotonic()
        if harness.step("the undisturbed night", harness.baseline):
            with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
                work = []
                if options.only:
                    work = [pool.submit(harness.case, *parse(text)) for text in options.only]
                elif harness.step("the same night again", harness.learn):
                    if is_whole or options.points:
                        harness.step("no dead fault points", harness.check_points)
                        work.append(pool.submit(harness.step, "a poison drop", harness.poison))
                        work += [pool.submit(harness.case, *case) for case in harness.points()]
                    if is_whole or options.random:
                        count = 100 if options.random is None else options.random
                        moments = harness.moments(count, options.seed, options.every)
                        work += [pool.submit(harness.moment, *moment) for moment in moments]
                for piece in work:
                    piece.result()
        print(f"crash night: {time.monotonic() - began:.0f} s", file=sys.stderr)
        print(f"{harness.passed} passed, {harness.failed} failed")
        return 1 if harness.failed else 0


if __name__ == "__main__":
    sys.exit(main())
