"""What the table does not say about a row: the orders that must be in the books afterwards, and inputs to be made."""

# Accepted orders of rows whose answer is not the one of their format (an order when accepted, none when refused).
ORDERS = {
    "CSV-002": [],
    "CSV-008": ["A-2"],
    "CSV-016": ["A-1", "A-2"],
    "CSV-018": [],          # accepted as a file; the date of its only row is cut, so the row is refused
    "CSV-043": ["A-1"],
    "CSV-044": ["A-1", "A-2"],
    "CSV-050": ["A-1"],
    "CSV-051": ["B-1"],
    "XML-024": ["A-1"],
    "X12-026": ["PO-1001"],
    "X12-027": ["PO-1001"],
    "X12-042": ["PO-1001"],
    "X12-047": ["PO-1001"],
    "X12-049": ["PO-1001"],
    "X12-050": [],
    "X12-070": [],
    "X12-077": ["PO-1001"],
}
# Orders that must be in the books, on hold or as a held document.
HELD = {
    "CSV-042": ["A-1"],
    "CSV-043": ["A-2"],
    "X12-069": ["PO-1001"],
    "X12-070": ["PO-1001"],
    "X12-074": ["PO-1001"],
}
# How many findings of the code there must be.
COUNTS = {"CSV-034": 4, "CSV-035": 3}
# "4 rows" is how many findings, not words of one.
COUNTED_MESSAGES = {"4 rows"}
# The file ends in a row that another rule refuses.
REFUSED_AS_WELL = {"CSV-018"}
# Rows that need the original in the books first.
AFTER_GOOD = {"X12-025", "X12-026", "X12-077"}
# Bytes that are in the books already: no new drop.
SAME_BYTES = {"X12-025"}
# Rows of a production channel.
PRODUCTION = {"X12-021"}
# Made, not laid: twice the time.
CHUNK = b"x" * 65536


def long_row():
    yield b"order_id,sku,qty,unit_price,currency,ship_name,ship_country,order_date\n"
    for _ in range(200 * 16):
        yield CHUNK


def envelope(body, functional="PO", control=101):
    head = (
        "ISA*00*          *00*          *ZZ*ACMESTORE      *ZZ*CROSSDOCK      *261122*0230*^*00501*%09d*1*T*:~"
        "GS*%s*ACMESTORE*CROSSDOCK*20261122*0230*%d*X*005010~" % (control, functional, control))
    return head.encode() + body + b"GE*1*%d~IEA*1*%09d~" % (control, control)


def order(*middle):
    body = [
        b"ST*850*0001~BEG*00*SA*PO-1001**20261122~", *middle, b"PO1*1*3*EA*19.99**VN*SKU-1~CTT*1~"]
    text = b"".join(body)
    return envelope(text + b"SE*%d*0001~" % (text.count(b"~") + 1))


def notice(levels):
    body = b"ST*856*0001~BSN*00*SHIP-1*20261122*0230~" + b"".join(levels)
    return envelope(body + b"SE*%d*0001~" % (body.count(b"~") + 1), "SH")


# id: (folder, name, bytes or chunks)
MADE = {
    "CSV-052": ("acme/csv", "long.csv", long_row),
    "CSV-053": (
        "acme/csv", "wide.csv",
        lambda: ",".join(["order_id", "sku", "qty", "unit_price", "currency"] + [f"c{n}" for n in range(49995)]).encode()
        + b"\n"),
    "XML-003": (
        "acme/xml", "quadratic.xml",
        lambda: b'<?xml version="1.0"?><!DOCTYPE o [<!ENTITY a "' + b"y" * 50000 + b'">]><o>' + b"&a;" * 20000 + b"</o>"),
    "XML-009": (
        "acme/xml", "attributes.xml",
        lambda: b"<a " + b" ".join(b'a%d="1"' % n for n in range(100000)) + b"/>"),
    "XML-010": ("acme/xml", "deep.xml", lambda: b"<a>" * 100000),
    "XML-011": ("acme/xml", "attribute.xml", lambda: b'<a x="' + b"y" * 11000000 + b'"/>'),
    "XML-012": ("acme/xml", "text.xml", lambda: b"<a>" + b"y" * 11000000 + b"</a>"),
    "X12-082": (
        "acme/x12", "circle.edi",
        lambda: notice([b"HL*1**S~", b"HL*2*2*O~PRF*PO-1~", b"HL*3*9*I~LIN**VN*SKU-1~SN1**1*EA~"])),
    "X12-083": (
        "acme/x12", "nested.edi",
        lambda: notice([b"HL*1**S~"] + [b"HL*%d*%d*I~" % (n, n - 1) for n in range(2, 10001)])),
    "X12-086": (
        "acme/x12", "unknown-ack.edi",
        lambda: envelope(b"ST*997*0001~AK1*PO*999999~AK9*A*1*1*1~SE*4*0001~", "FA")),
    "X12-088": ("acme/x12", "element.edi", lambda: order(b"N1*ST*" + b"A" * 2097152 + b"~")),
    "X12-089": ("acme/x12", "elements.edi", lambda: order(b"N1" + b"*" * 1000000 + b"~")),
}
