"""Rows whose input is a file: laid into a mailbox, run, and everything that must be true afterwards."""

import json

import rows
from bench import MEMORY_LIMIT, SHARED, Play, need

FOLDERS = {"X12": "acme/x12", "CSV": "acme/csv", "XML": "acme/xml"}
ORDER = {"X12": "PO-1001", "CSV": "A-1", "XML": "A-1"}
# Seconds of processor time, so that a busy machine changes nothing; the clock stops a run that hangs.
SECONDS, SECONDS_MADE = 1, 2


def hold(bench, row):
    play = Play(bench, production(bench), bench.play().state) if row["id"] in rows.PRODUCTION else bench.play()
    family = row["id"][:3]
    seen = {drop_key(drop) for drop in play.books().of("drop")}
    if row["id"] in rows.AFTER_GOOD:
        play.lay(SHARED / "reliability" / "seeds" / "good-850.edi", FOLDERS[family], "good-850.edi")
        need(play.run().status == 0, "the original was not accepted")
        seen = {drop_key(drop) for drop in play.books().of("drop")}
    if row["id"] in rows.MADE:
        folder, name, make = rows.MADE[row["id"]]
        play.lay(make(), folder, name)
    else:
        need(row.get("seed", "").startswith("seeds/"), "the input is described, not given")
        seed = SHARED / "reliability" / row["seed"]
        play.lay(seed, FOLDERS[family], seed.name)

    ran = play.run("run", "--json")
    need(ran.status in (0, 3), f"run ended with {ran.status}: {(ran.stderr or ran.stdout)[-300:]}")
    need(ran.peak <= MEMORY_LIMIT, f"peak memory {ran.peak >> 20} MiB")
    limit = SECONDS_MADE if row["id"] in rows.MADE else SECONDS
    need(ran.seconds <= limit, f"took {ran.seconds:.1f} s of processor time")
    books = play.books()
    accounts(books)
    verify = play.run("verify")
    need(verify.status == 0, f"verify: {verify.stdout[-300:]}{verify.stderr[-300:]}")
    new = [drop for drop in books.of("drop") if drop_key(drop) not in seen]
    if row["disp"] == "D" and row["id"] in rows.SAME_BYTES:
        repeats(row, books, ran)
    else:
        need(new, "no drop was received")
        answers(row, play, books, new, ran)
    again = play.run()
    need(again.status == 0, f"a second run ended with {again.status}")
    need(play.books().text == books.text, "a second run changed the books")


def repeats(row, books, ran):
    """Bytes that came before: told, recorded, without effect."""
    told = [line["message"] for line in ran.lines() if line.get("code") == row["code"]]
    need(told and row["msg"] in told[0], f"{row['code']} is told as {told}")
    need(ran.status == 0, f"run ended with {ran.status}")
    need(sum(line.get("duplicates", 0) for line in ran.lines() if line["type"] == "pickup.done") == 1, "not counted")
    need([order["number"] for order in books.of("order")] == [ORDER[row["id"][:3]]], "not one order")


def drop_key(drop):
    return (drop["digest"], drop["name"], drop["state"])


def production(bench):
    """The same site, as a production one."""
    path = bench.site / "production.yaml"
    if not path.exists():
        text = (bench.site / "channels.yaml").read_text()
        path.write_text(text.replace("usage: test ", "usage: production ").replace(", test: true }", " }"))
    return path


def accounts(books):
    """Every byte of every drop lies in exactly one span."""
    for drop in books.of("drop"):
        if drop["state"] == "duplicate":
            continue
        spans = sorted(
            (span["offset"], span["length"])
            for span in books.of("span", drop=drop["digest"], channel=drop["channel"]))
        reached = 0
        for offset, length in spans:
            need(offset == reached, f"bytes {reached}..<{offset} of {drop['name']} are in no span, or in two")
            reached += length
        # What was quarantined before it was read is accounted for as a whole.
        if spans or drop["state"] != "quarantined":
            need(reached == drop["bytes"], f"spans of {drop['name']} hold {reached} of {drop['bytes']} bytes")


def answers(row, play, books, new, ran):
    """The code, its words, and what became of the parts."""
    code, words, disposition = row["code"], row["msg"], row["disp"]
    family = row["id"][:3]
    digests = {drop["digest"] for drop in new}
    findings = [(f["code"], f["message"]) for f in books.of("finding") if f["drop"] in digests]
    findings += [(line["code"], line["message"]) for line in ran.lines() if line["type"] == "finding"]
    findings += [(hold["code"], hold["reason"]) for hold in books.of("hold")]
    orders = {order["number"]: order for order in books.of("order")}
    held = {hold["number"] for hold in books.of("hold") if hold["open"] in (True, "true")}
    held_documents = {span.get("key") for span in books.of("span") if span["state"] == "held"}
    accepted = set(orders) - held
    letter = disposition.split()[0].split("(")[0]
    if code != "-":
        told = [message for found, message in findings if found == code]
        need(told, f"{code} is not told; told: " + "; ".join(f"{c} {m}" for c, m in findings)[:300])
        if words and words not in rows.COUNTED_MESSAGES:
            need(any(words in message for message in told), f"'{words}' is not in: {told[:3]}")
        need(len(told) >= rows.COUNTS.get(row["id"], 1), f"{code} is told {len(told)} times")
    plain = [ORDER[family]] if letter in ("A", "W", "D") else []
    expected = set(rows.ORDERS.get(row["id"], plain))
    need(accepted == expected, f"accepted orders are {sorted(accepted)}, not {sorted(expected)}; {findings[:3]}")
    kept = set(rows.HELD.get(row["id"], []))
    need(kept <= held | held_documents, f"held are {sorted(held | held_documents)}, not {sorted(kept)}")
    states = {drop["state"] for drop in new}
    spans = [span for span in books.of("span") if span["drop"] in digests]
    refused = [span for span in spans if span["state"] == "refused"]
    quarantined = [i for i in books.of("interchange") if i["drop"] in digests and i["fate"] == "quarantined"]
    partial = letter not in ("A", "W", "D", "H") or row["id"] in rows.REFUSED_AS_WELL
    # An order on hold is a decision, not a partial run; a document that could not become an order is one.
    status = {3} if partial else {0, 3} if kept else {0}
    need(ran.status in status, f"run ended with {ran.status}")
    if letter == "Q":
        need(states == {"quarantined"} or quarantined or any(s["state"] == "quarantined" for s in spans),
             f"not quarantined: {states}, spans {[s['state'] for s in spans]}")
    elif letter in ("L", "T", "G"):
        need(states == {"applied"}, f"drop is {states}")
        need(refused, "no part is refused")
        need(len(refused) >= rows.COUNTS.get(row["id"], 1), f"{len(refused)} parts are refused")
        if letter == "L":
            lengths = [span["length"] for span in refused]
            need(all(length < new[0]["bytes"] for length in lengths), "the whole file is refused")
    elif letter == "H":
        need(kept, "the row does not say which order is held")
    elif letter == "D":
        need("duplicate" in states or any(s["state"] == "duplicate" for s in spans), f"not a duplicate: {states}")
    elif not kept and row["id"] not in rows.REFUSED_AS_WELL:
        need(states == {"applied"} and not refused, f"not accepted: {states}, {len(refused)} refused")
    if partial or kept:
        told = play.failures()
        need(told, "failures tells nothing")
        if letter not in ("W",):
            text = json.dumps(told, ensure_ascii=False)
            need(code in text, f"failures does not tell {code}")
    if family == "X12":
        acknowledges(row, books, digests, quarantined, refused)


def acknowledges(row, books, digests, quarantined, refused):
    """TA1 note and functional answer, where the table names them."""
    if row["ack"].startswith("TA1 R "):
        note = row["ack"].split()[2]
        notes = [interchange["note"] for interchange in quarantined]
        need(note in notes, f"TA1 notes are {notes}, not {note}")
    elif row["ack"].startswith("999 R") and row["disp"].startswith("T"):
        need(any(span.get("acknowledgment") == "R" for span in refused), "the set is not answered with R")
