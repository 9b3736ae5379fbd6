"""A place to play inputs on: fresh states of one site, and the program run in them with its memory and time measured."""

import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SHARED = REPOSITORY.parent / "shared"
NOW = "2026-11-22T12:00:00Z"
MEMORY_LIMIT = 64 * 1024 * 1024


class Outcome:
    """What one run of the program came to: `seconds` of processor time, `waited` on the clock."""

    def __init__(self, status, stdout, stderr, peak, seconds, waited):
        self.status, self.peak, self.seconds, self.waited = status, peak, seconds, waited
        self.stdout = stdout.decode("utf-8", "replace")
        self.stderr = stderr.decode("utf-8", "replace")

    def lines(self):
        return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]


def stop(process):
    """Ends a run that hangs."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


class PeakWatch:
    """A program's peak memory. What wait4 tells is never less than this process had when it started the program, so where
    that may be what is told, the program's own mark counts, looked at again and again."""

    def __init__(self, process):
        self.mark, self.file, self.ended = 0, f"/proc/{process}/status", threading.Event()
        self.own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.ended.wait(0.005):
            try:
                with open(self.file) as status:
                    marks = [line.split()[1] for line in status if line.startswith("VmHWM:")]
            except OSError:
                return
            self.mark = int(marks[0]) * 1024 if marks else self.mark

    def peak(self, told):
        self.ended.set()
        self.thread.join()
        own = max(self.own, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return told if told > own or not self.mark else self.mark


class Failure(Exception):
    """A row that does not hold."""


class Skipped(Exception):
    """A row that this machine cannot play."""


def need(condition, words):
    if not condition:
        raise Failure(words)


def environment(**changes):
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    base.update({"CROSSDOCK_TESTING": "1", "CROSSDOCK_NOW": NOW, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    for name, value in changes.items():
        if value is None:
            base.pop(name, None)
        else:
            base[name] = value
    return base


class Bench:
    def __init__(self, crossdock):
        self.crossdock = str(pathlib.Path(crossdock).resolve())
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="badinputs-"))
        self.site = self.root / "site"
        shutil.copytree(HERE / "site", self.site)
        (self.site / "library").symlink_to(REPOSITORY / "config" / "library")
        self.count = 0
        self.lock = threading.Lock()
        self.base = self.prepare()

    def close(self):
        subprocess.run(["chmod", "-R", "u+w", str(self.root)], check=False)
        shutil.rmtree(self.root, ignore_errors=True)

    def folder(self):
        with self.lock:
            self.count += 1
            path = self.root / f"play-{self.count}"
        path.mkdir()
        return path

    def prepare(self):
        """The state before any bad input: articles, a location and stock are in the books."""
        state = self.root / "base"
        folders = (self.site / "folders.txt").read_text().split()
        for folder in folders:
            (state / "partners" / folder).mkdir(parents=True)
        for file in (self.site / "books").iterdir():
            shutil.copy(file, state / "partners" / "books" / "in")
        outcome = self.run("run", config=self.site / "channels.yaml", state=state)
        need(outcome.status == 0, f"the books were not filled:\n{outcome.stdout}{outcome.stderr}")
        return state

    def play(self, config="channels.yaml", site=None):
        state = self.folder() / "state"
        shutil.copytree(self.base, state)
        return Play(self, (site or self.site) / config, state)

    def run(self, *arguments, config=None, state=None, env=None, before=None, deadline=120, stdin=None, prefix=()):
        """Runs the program to its end; a run that does not end is killed and is a failure."""
        command = [*prefix, self.crossdock, *map(str, arguments)]
        if config is not None:
            command += ["--config", str(config)]
        if state is not None:
            command += ["--state", str(state)]
        started = time.monotonic()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                command, stdout=out, stderr=err, stdin=stdin or subprocess.DEVNULL, env=env or environment(),
                preexec_fn=before)
            timer = threading.Timer(deadline, stop, [process.pid])
            timer.start()
            watch = PeakWatch(process.pid)
            _, status, usage = os.wait4(process.pid, 0)
            timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return Outcome(
                process.returncode, out.read(), err.read(), watch.peak(usage.ru_maxrss * 1024),
                usage.ru_utime + usage.ru_stime, time.monotonic() - started)


class Play:
    """One fresh state, and what is seen in it."""

    def __init__(self, bench, config, state):
        self.bench, self.config, self.state = bench, config, state

    def lay(self, content, folder, name):
        path = self.state / "partners" / folder / name
        if isinstance(content, pathlib.Path):
            shutil.copy(content, path)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            with open(path, "wb") as file:
                for chunk in content:
                    file.write(chunk)
        return path

    def run(self, *arguments, **options):
        return self.bench.run(*(arguments or ("run",)), config=self.config, state=self.state, **options)

    def books(self):
        outcome = self.run("dump", "--canonical")
        need(outcome.status == 0, f"dump ended with {outcome.status}: {outcome.stderr[:300]}")
        return Books(outcome)

    def failures(self):
        outcome = self.run("failures", "--json")
        need(outcome.status == 0, f"failures ended with {outcome.status}: {outcome.stderr[:300]}")
        return [row for row in outcome.lines() if row["type"] != "failures"]

    def findings(self, drop):
        outcome = self.run("show", drop, "--findings", "--json")
        need(outcome.status == 0, f"show ended with {outcome.status}: {outcome.stderr[:300]}")
        return outcome.lines()


class Books:
    """The canonical dump, by kind of row."""

    def __init__(self, outcome):
        self.text = outcome.stdout
        self.rows = {}
        for row in outcome.lines():
            self.rows.setdefault(row["row"], []).append(row)

    def of(self, kind, **members):
        return [
            row for row in self.rows.get(kind, []) if all(row.get(name) == value for name, value in members.items())
        ]
