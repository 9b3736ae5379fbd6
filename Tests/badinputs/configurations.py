"""Rows whose input is a configuration: `config check` must refuse it, and so must `run`."""

import os

from bench import MEMORY_LIMIT, environment, need

PARTNER = """version: 1
instance: { name: bad, usage: test, timezone: %(zone)s }
identities: { us: { x12: { isa: { qualifier: ZZ, id: US }, gs: US } } }
connections:
  acme: %(connection)s
partners:
  acme:
    kind: retailer
    us: us
    inbound:
      - id: acme-csv
        document: csv/orders
        pickup: { connection: acme, path: in, match: "*" }
        schedule: { every: 10m }
        map: %(map)s
"""


def site(connection="{ type: directory, root: <state>/acme, test: true }", zone="UTC", map="orders-csv"):
    return PARTNER % {"connection": connection, "zone": zone, "map": map}


def sftp(password="{ env: CROSSDOCK_BAD_INPUTS }", host_keys=True):
    keys = ' host_keys: [ "SHA256:3vY0w1kq0m3yV0kqj9m2l0c1bq7b8m0ZxX8oJ4nQ5vA" ],' if host_keys else ""
    return "{ type: sftp, host: sftp.example.com, user: us,%s test: true, %s }" % (keys, password)


def bomb():
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += ["a%d: &a%d [%s]" % (n, n, ",".join(["*a%d" % (n - 1)] * 9)) for n in range(1, 8)]
    return "\n".join(lines) + "\n"


def map_file(folder):
    text = (folder / "library" / "maps" / "csv" / "orders-csv.yaml").read_text()
    (folder / "maps").mkdir()
    text = text.replace("map: orders-csv", "map: bad-map").replace("field: lines.quantity", "field: lines.qtyy")
    (folder / "maps" / "bad-map.yaml").write_text(text)
    return site(map="bad-map")


def key_file(folder):
    key = folder / "password"
    key.write_text("hunter2\n")
    os.chmod(key, 0o644)
    return site(connection=sftp("password: { file: %s }" % key))


def policy_circle(_):
    return site() + (
        "policies:\n  a: { extends: b }\n  b: { extends: a }\n")


# id: what to write into channels.yaml, given the folder.
FILES = {
    "YML-002": lambda _: "",
    "YML-003": lambda _: "version: 1\ninstance:\n\tname: bad\n",
    "YML-009": lambda _: bomb(),
    "YML-010": lambda _: site().replace("name: bad", "name: !!python/object/apply:os.system [id]"),
    "YML-011": lambda _: site(connection=sftp("auth: { password: hunter2 }")),
    "YML-013": lambda _: site(connection=sftp("password: { env: NOPE }")),
    "YML-014": key_file,
    "YML-015": lambda _: site(connection=sftp("password: { env: CROSSDOCK_BAD_INPUTS }", host_keys=False)),
    "YML-017": lambda _: site(connection='{ type: http, base_url: "gopher://shop.example.com", test: true }'),
    "YML-018": lambda _: site(zone="Mars/Base"),
    "YML-020": map_file,
    "YML-021": policy_circle,
}


def hold(bench, row):
    folder = bench.folder()
    (folder / "library").symlink_to((bench.site / "library").resolve())
    path = folder / "channels.yaml"
    if row["id"] == "YML-001":
        path = "/nonexistent"
    else:
        path.write_text(FILES[row["id"]](folder))
    env = environment(CROSSDOCK_BAD_INPUTS="secret")
    checked = bench.run("config", "check", "--json", config=path, state=folder / "state", env=env)
    need(checked.status == 78, f"config check ended with {checked.status}: {checked.stdout[:300]}{checked.stderr[:300]}")
    need(checked.peak <= MEMORY_LIMIT, f"peak memory {checked.peak >> 20} MiB")
    need(checked.seconds <= 1, f"took {checked.seconds:.1f} s")
    told = [finding for finding in checked.lines() if finding.get("code") == row["code"]]
    need(told, f"{row['code']} is not told; told: " + checked.stdout[:400])
    shown = bench.run("config", "check", config=path, state=folder / "state", env=env)
    text = checked.stdout + shown.stdout
    need(row["msg"] in text, f"'{row['msg']}' is not in: {shown.stdout[:400]}")
    need("hunter2" not in text + checked.stderr + shown.stderr, "a secret is printed")
    if row["id"] == "YML-020":
        return  # a run reads a map when a file for it comes
    ran = bench.run("run", config=path, state=folder / "state", env=env)
    need(ran.status == 78, f"run ended with {ran.status}: {ran.stderr[:300]}")
    need(row["code"] in ran.stderr, f"run does not tell {row['code']}: {ran.stderr[:300]}")
