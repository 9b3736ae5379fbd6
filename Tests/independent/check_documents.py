#!/usr/bin/env python3
"""Reads what the partners got in a night with readers that nobody here wrote, and adds it up against the books.

    check_documents.py --partners var/partners --dump dump.jsonl

X12 is read by pyx12 (envelopes, counts, control numbers, HL levels), XML by xmllint against the UBL schemas where they
lie beside the repository, CSV by Python. Quantities shipped, invoiced and reserved must be the same in the documents
and in `crossdock dump --canonical`. Every fault is a line; any fault is exit 1.
"""
import argparse
import collections
import csv
import decimal
import json
import pathlib
import re
import subprocess
import sys

import pyx12.x12file

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = REPOSITORY.parent / "shared" / "schemas" / "ubl-2.1" / "maindoc"
BUCKETS = ("open", "backordered", "preordered", "reserved", "released", "shipped", "cancelled")

faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


# ---------------------------------------------------------------- reading


class Books:
    """The rows of a canonical dump, by kind."""

    def __init__(self, path):
        self.rows = collections.defaultdict(list)
        for line in open(path, encoding="utf-8"):
            row = json.loads(line)
            self.rows[row["row"]].append(row)

    def __getitem__(self, kind):
        return self.rows[kind]


def read_x12(path):
    """The sets of a file as (set id, GS control, ST control, segments); pyx12's complaints are faults."""
    sets, current, group = [], None, None
    reader = pyx12.x12file.X12Reader(str(path))
    for segment in reader:
        for complaint in reader.pop_errors():
            fault(path, f"pyx12: {complaint}")
        name = segment.get_seg_id()
        values = [name] + [segment.get_value(f"{name}{index + 1:02d}") or "" for index in range(len(segment))]
        if name == "GS":
            group = values[6]
        elif name == "ST":
            current = [values]
        elif name == "SE":
            sets.append((current[0][1], group, current[0][2], current[1:]))
            current = None
        elif current is not None:
            current.append(values)
    reader.cleanup()
    for complaint in reader.pop_errors():
        fault(path, f"pyx12: {complaint}")
    return sets


def check_xml(path):
    """xmllint: against the schema of the root element where it is at hand, else that it is well-formed."""
    root = re.search(rb"<(?:\w+:)?([A-Z]\w+)", path.read_bytes())
    schema = SCHEMAS / f"UBL-{root.group(1).decode()}-2.1.xsd" if root else None
    command = ["xmllint", "--noout", "--nonet"]
    if schema and schema.exists():
        command += ["--schema", str(schema)]
    done = subprocess.run(command + [str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        fault(path, f"xmllint: {done.stderr.strip()[:400]}")


def read_csv(path):
    """The rows of a file as dictionaries; every row has the header's columns."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or len(set(rows[0])) != len(rows[0]):
        fault(path, "no header, or a column twice")
        return []
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            fault(path, f"row {number} has {len(row)} of {len(rows[0])} fields")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def has_check_digit(digits):
    """GS1 General Specifications 7.9.1: weights 3 and 1 from the right of the body."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return len(digits) == 18 and (10 - total % 10) % 10 == int(digits[-1])


# ---------------------------------------------------------------- documents


class Documents:
    """What the partners' folders hold, as far as it has quantities."""

    def __init__(self, folder):
        self.folder = folder
        self.noticed = collections.Counter()        # 856: (partner, order) -> units
        self.invoiced = collections.Counter()       # 810, UBL Invoice: (partner, order) -> stock units or cases
        self.fulfilled = collections.Counter()      # fulfilment CSV: (partner, order) -> units
        self.asked = collections.Counter()          # 940, shipping order CSV: shipping order -> units
        self.bought = collections.Counter()         # 850 to a supplier: purchase order -> units
        self.ssccs = []
        self.labels = []
        self.counts = collections.Counter()
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.read(path)

    def read(self, path):
        partner = path.relative_to(self.folder).parts[0]
        first = path.read_bytes()[:3]
        if path.suffix == ".part":
            fault(path, "a half-written file is visible")
        elif first == b"ISA":
            self.counts["X12"] += 1
            for kind, group, control, segments in read_x12(path):
                self.take_set(path, partner, kind, control, segments)
        elif path.suffix == ".xml":
            self.counts["XML"] += 1
            check_xml(path)
            self.take_invoice(path, partner)
        elif path.suffix == ".csv":
            self.counts["CSV"] += 1
            self.take_rows(path, partner, read_csv(path))
        elif path.suffix == ".zpl":
            self.counts["ZPL"] += 1
            self.take_labels(path)

    def take_set(self, path, partner, kind, control, segments):
        """Only what we sent: what partners sent lies in archive folders and is counted from the books."""
        if "archive" in path.parts:
            return
        first = segments[0]
        if kind == "856":
            self.take_notice(path, partner, control, segments)
        elif kind == "810":
            lines = sum(decimal.Decimal(s[2]) * decimal.Decimal(s[4]) for s in segments if s[0] == "IT1")
            extra = sum(int(s[5]) * (1 if s[1] == "C" else -1) for s in segments if s[0] == "SAC")
            tax = sum(decimal.Decimal(s[2]) for s in segments if s[0] == "TXI")
            total = next(int(s[1]) for s in segments if s[0] == "TDS")
            if lines * 100 + extra + tax * 100 != total:
                fault(path, f"810 {control}: TDS01 {total} is not {lines * 100 + extra + tax * 100}")
            self.invoiced[partner, first[4]] += sum(decimal.Decimal(s[2]) for s in segments if s[0] == "IT1")
        elif kind == "940":
            self.asked[first[2]] += sum(decimal.Decimal(s[1]) for s in segments if s[0] == "W01")
        elif kind == "850":
            self.bought[first[3]] += sum(decimal.Decimal(s[2]) for s in segments if s[0] == "PO1")

    def take_notice(self, path, partner, control, segments):
        order, levels = None, [s for s in segments if s[0] == "HL"]
        units = decimal.Decimal(0)
        for s in segments:
            if s[0] == "PRF":
                order = s[1]
            elif s[0] == "SN1":
                units += decimal.Decimal(s[2])
                self.noticed[partner, order] += decimal.Decimal(s[2])
            elif s[0] == "MAN" and s[1] == "GM":
                self.ssccs.append((path, s[2][2:] if len(s[2]) == 20 else s[2]))
        known = {level[1] for level in levels}
        for level in levels:
            if level[2] and (level[2] not in known or int(level[2]) >= int(level[1])):
                fault(path, f"856 {control}: HL {level[1]} has no parent {level[2]} before it")
        total = next((s for s in segments if s[0] == "CTT"), None)
        if total and int(total[1]) != len(levels):
            fault(path, f"856 {control}: CTT01 {total[1]} is not the number of HL {len(levels)}")
        if total and len(total) > 2 and decimal.Decimal(total[2]) != units:
            fault(path, f"856 {control}: CTT02 {total[2]} is not the sum of SN102 {units}")

    def take_invoice(self, path, partner):
        if "archive" in path.parts:
            return
        text = path.read_text(encoding="utf-8")
        order = re.search(r"OrderReference>\s*<(?:\w+:)?ID>([^<]+)<", text)
        for quantity in re.findall(r"<(?:\w+:)?InvoicedQuantity\b[^>]*>([^<]+)<", text):
            self.invoiced[partner, order.group(1) if order else "?"] += decimal.Decimal(quantity)

    def take_rows(self, path, partner, rows):
        if "archive" in path.parts or not rows:
            return
        columns = rows[0]
        for row in rows:
            if "shipping_order" in columns and "quantity" in columns:
                self.asked[row["shipping_order"]] += decimal.Decimal(row["quantity"])
            elif "Lineitem quantity" in columns and "Tracking Number" in columns:
                self.fulfilled[partner, row["Name"]] += decimal.Decimal(row["Lineitem quantity"])
            if row.get("sscc"):
                self.ssccs.append((path, row["sscc"]))

    def take_labels(self, path):
        text = path.read_text(encoding="utf-8")
        labels = re.findall(r"\^XA(.*?)\^XZ", text, re.DOTALL)
        if text.count("^XA") != len(labels):
            fault(path, "a label does not end")
        for label in labels:
            codes = re.findall(r"\(00\)(\d{18})\^FS", label)
            if len(codes) != 1:
                fault(path, f"a label has {len(codes)} SSCC bar codes")
            self.labels += codes
            self.ssccs += [(path, code) for code in codes]


# ---------------------------------------------------------------- adding up


def check_books(books):
    """Buckets, allocations, shipments and invoices of every line; positions as the fold of the movements."""
    ordered, allocated, bought = {}, collections.Counter(), collections.Counter()
    shipped, invoiced = collections.Counter(), collections.Counter()
    order_of = {row["number"]: (row["partner"], row["order"]) for row in books["shipment"]}
    for row in books["shipmentLine"]:
        shipped[order_of[row["shipment"]] + (row["line"],)] += row["quantity"]
    bill_of = {row["number"]: (row["partner"], row["order"]) for row in books["invoice"]}
    for row in books["invoiceLine"]:
        invoiced[bill_of[row["invoice"]] + (row["line"],)] += row["quantity"]
    for row in books["allocation"]:
        allocated[row["partner"], row["order"], row["line"]] += row["quantity"] - row["shipped"] - row["short"]
    purchase = {row["number"]: (row["partner"], row["order"]) for row in books["purchaseOrder"]}
    for row in books["purchaseOrderLine"]:
        bought[purchase[row["purchaseOrder"]] + (row["line"],)] += row["quantity"] - row["shipped"] - row["refused"]
    for row in books["line"]:
        key = (row["partner"], row["number"], row["ordinal"])
        where = f"{key[0]} {key[1]} line {key[2]}"
        ordered[key] = row
        if row["ordered"] != sum(row[bucket] for bucket in BUCKETS):
            fault(where, f"ordered {row['ordered']} is not the sum of its buckets")
        if row["shipped"] != shipped[key]:
            fault(where, f"shipped {row['shipped']}, its shipments hold {shipped[key]}")
        if row["invoiced"] != invoiced[key]:
            fault(where, f"invoiced {row['invoiced']}, its invoices hold {invoiced[key]}")
        if row["invoiced"] > row["shipped"]:
            fault(where, f"invoiced {row['invoiced']} of {row['shipped']} shipped")
        if row["reserved"] + row["released"] != allocated[key] + bought[key]:
            fault(where, f"reserved and released {row['reserved'] + row['released']}, allocated and bought "
                         f"{allocated[key] + bought[key]}")
    check_positions(books)


def check_positions(books):
    """Available and reserved of every article and place, from its movements."""
    into = {"receipt", "adjustUp"}
    reserve, back = {"reserve", "fillBackorder"}, {"unreserve", "displace"}
    gone = {"ship", "shortShip", "shortCancel"}
    available, reserved = collections.Counter(), collections.Counter()
    for row in books["movement"]:
        key, kind, units = (row["item"], row.get("location")), row["kind"], row["quantity"]
        if kind in into:
            available[key] += units
        elif kind == "adjustDown":
            available[key] -= units
        elif kind in reserve:
            available[key] -= units
            reserved[key] += units
        elif kind in back:
            available[key] += units
            reserved[key] -= units
        elif kind in gone:
            reserved[key] -= units
    for row in books["stock"]:
        key = (row["item"], row["location"])
        if (row["available"], row["reserved"]) != (available[key], reserved[key]):
            fault(f"stock {key[0]} at {key[1]}",
                  f"{row['available']} and {row['reserved']}, its movements {available[key]} and {reserved[key]}")
        if row["available"] < 0 or row["reserved"] < 0:
            fault(f"stock {key[0]} at {key[1]}", "is below nothing")


def compare(what, told, known, keys):
    for key in sorted(keys):
        if told[key] != known[key]:
            fault(f"{what} {' '.join(key) if isinstance(key, tuple) else key}",
                  f"documents say {told[key]}, the books {known[key]}")


def check_documents(documents, books):
    """The documents that left say what the books say."""
    shipped, invoiced = collections.Counter(), collections.Counter()
    order_of = {row["number"]: (row["partner"], row["order"]) for row in books["shipment"]}
    for row in books["shipmentLine"]:
        shipped[order_of[row["shipment"]]] += row["quantity"]
    bill_of = {row["number"]: (row["partner"], row["order"]) for row in books["invoice"]}
    for row in books["invoiceLine"]:
        invoiced[bill_of[row["invoice"]]] += row["quantity"]

    def partners(document):
        return {row["partner"] for row in books["outbound"] if row["document"] == document}

    def of(counter, names):
        return {key for key in counter if key[0] in names}

    noticing, telling = partners("x12/856"), partners("csv/fulfilments")
    billing = partners("x12/810") | partners("xml/ubl-invoice")
    compare("856", documents.noticed, shipped, of(shipped, noticing) | set(documents.noticed))
    compare("fulfilments", documents.fulfilled, shipped, of(shipped, telling) | set(documents.fulfilled))
    compare("invoices", documents.invoiced, invoiced, of(invoiced, billing) | set(documents.invoiced))

    allocated, bought = collections.Counter(), collections.Counter()
    for row in books["allocation"]:
        allocated[row["fulfilment"]] += row["quantity"]
    for row in books["purchaseOrderLine"]:
        bought[row["purchaseOrder"]] += row["quantity"]
    compare("shipping order", documents.asked, allocated, set(allocated) | set(documents.asked))
    compare("purchase order", documents.bought, bought, set(bought) | set(documents.bought))

    for path, code in documents.ssccs:
        if not has_check_digit(code):
            fault(path, f"SSCC {code} has a wrong check digit")
    planned = collections.Counter(row["sscc"] for row in books["package"] if row.get("fulfilment") and row.get("sscc"))
    twice = [code for code, count in collections.Counter(documents.labels).items() if count > 1]
    if twice:
        fault("labels", f"printed twice: {', '.join(twice)}")
    for code in documents.labels:
        if code not in planned:
            fault("labels", f"{code} is no carton of the books")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--partners", required=True, type=pathlib.Path)
    arguments.add_argument("--dump", required=True, type=pathlib.Path)
    given = arguments.parse_args()
    books = Books(given.dump)
    documents = Documents(given.partners)
    check_books(books)
    check_documents(documents, books)
    for line in faults:
        print(line)
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(documents.counts.items()))
    print(f"read {counts} files; {len(books['order'])} orders, {len(documents.ssccs)} SSCC; {len(faults)} faults")
    return 1 if faults or not documents.counts else 0


if __name__ == "__main__":
    sys.exit(main())
