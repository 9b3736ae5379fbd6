import Diagnostics
import Environment
import Exchange
import TestSupport
import Testing

@Suite struct SettleActionTests {
    @Test(arguments: [
        (FinalState.same, true, false, SettleAction.delivered), (.same, false, false, .delivered),
        (.other, true, false, .conflict), (.other, false, true, .conflict),
        (.absent, true, false, .deletePartAndResend), (.absent, true, true, .deletePartAndResend),
        (.absent, false, false, .resend), (.absent, false, true, .ask),
    ])
    func whatIsThereDecides(_ final: FinalState, _ hasPart: Bool, _ asks: Bool, _ action: SettleAction) {
        #expect(SettleAction.decide(final: final, hasPart: hasPart, asksWhenAbsent: asks) == action)
    }
}

@Suite(.serialized) struct DeliveryTests {
    private let bytes = Array("ISA*00*...~IEA*1*000000001~".utf8)

    private func file(_ name: String) -> OutboundFile {
        OutboundFile(
            documentID: "x-88", name: name, directory: "in/", byteCount: bytes.count,
            digest: SHA256Hasher.digest(of: bytes))
    }

    private func partner() throws -> Partner {
        let partner = try Partner.directory()
        try PosixFileStore().makeDirectories(partner.root + "/in")
        return partner
    }

    @Test func aDocumentArrivesOnceUnderItsName() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        let file = file("855_1.edi")
        #expect(try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) == .sent)
        #expect(try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) == .alreadyThere)
        #expect(try partner.names(in: "in") == ["855_1.edi"])
        #expect(partner.read("in/855_1.edi") == String(decoding: bytes, as: UTF8.self))
    }

    @Test func aNameTakenByOtherBytesIsLeftAlone() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        // The same length, so that only the bytes can tell.
        let other = String(repeating: "x", count: bytes.count)
        try partner.write(other, to: "in/855_1.edi")
        let file = file("855_1.edi")
        let first = try #require(
            failure { _ = try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) })
        #expect(first.code == "DELIVER.EXISTS" && first.message.contains("compare size and hash"))
        #expect(
            code { _ = try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) }
                == "DELIVER.CONFLICT")
        #expect(partner.read("in/855_1.edi") == other)
        #expect(try partner.names(in: "in") == ["855_1.edi"])
    }

    @Test func settlingTakesAwayAPartBesideADeliveredDocument() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        // What link() and unlink() leave when the power fails between them.
        try partner.write(String(decoding: bytes, as: UTF8.self), to: "in/855_1.edi")
        try partner.write(String(decoding: bytes, as: UTF8.self), to: "in/.855_1.edi.x-88.part")
        #expect(
            try Delivery().settle(file("855_1.edi"), from: MemorySource(bytes), over: endpoint)
                == .alreadyThere)
        #expect(try partner.names(in: "in") == ["855_1.edi"])
    }

    @Test func aChannelMayWantAPersonToDecideWhereNothingIsThere() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        let asking = Delivery(asksWhenAbsent: true)
        #expect(try asking.settle(file("855_1.edi"), from: MemorySource(bytes), over: endpoint) == .asks)
        #expect(try partner.names(in: "in").isEmpty)
    }

    @Test func aNameTooLongForItsPartIsRefused() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        let long = file(String(repeating: "n", count: 250))
        #expect(
            code { _ = try Delivery().deliver(long, from: MemorySource(bytes), over: endpoint) }
                == "NET.NAME.UNSAFE")
    }

    @Test func anUploadThatIsNotWholeIsNotRenamed() throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        let short = MemorySource(Array(bytes.dropLast(3)))
        let error = try #require(
            failure { _ = try Delivery().deliver(file("a.edi"), from: short, over: endpoint) })
        #expect(error.code == "DELIVER.INCOMPLETE" && error.isTemporary)
        #expect(try partner.names(in: "in") == [".a.edi.x-88.part"])
        let wrong = MemorySource(bytes.map { $0 ^ 1 })
        let checked = Delivery(verification: .digest)
        #expect(
            code { _ = try checked.deliver(file("b.edi"), from: wrong, over: endpoint) }
                == "DELIVER.INCOMPLETE")
    }

    /// Every place at which a sending can break off, each in its own words in the partner's folder.
    @Test(arguments: [
        (FaultPoint.uploadOpened, [".NAME.x-88.part"]), (.uploadMiddle, [".NAME.x-88.part"]),
        (.uploadClosed, [".NAME.x-88.part"]), (.remoteRenamed, ["NAME"]),
    ])
    func aSendingThatBreaksOffIsSettledToOneDocument(_ point: FaultPoint, _ left: [String]) throws {
        let partner = try partner()
        defer { partner.close() }
        let endpoint = try partner.open()
        let name = "settle-\(point.rawValue).edi"
        let file = file(name)
        try FaultTurn.take {
            try FaultPlan("\(point.rawValue)[\(name)]@1=throw").arm()
            defer { FaultPlan.disarm() }
            #expect(throws: FaultError.self) {
                _ = try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint)
            }
        }
        #expect(try partner.names(in: "in") == left.map { $0.replacing("NAME", with: name) })
        if point == .uploadMiddle {
            #expect(partner.read("in/.\(name).x-88.part")?.utf8.count == bytes.count / 2)
        }
        let outcome = try Delivery().settle(file, from: MemorySource(bytes), over: endpoint)
        #expect(outcome == (point == .remoteRenamed ? .alreadyThere : .sent))
        #expect(try partner.names(in: "in") == [name])
        #expect(partner.read("in/\(name)") == String(decoding: bytes, as: UTF8.self))
    }

    /// The same over a disk that loses power, at each of those places, with 25 ways to lose what was not
    /// synced.
    @Test func aPowerCutNeverShowsHalfADocument() throws {
        for point in ["F24", "F25", "F26", "F27"] {
            for seed in 0..<25 as Range<UInt64> {
                let store = InMemoryFileStore()
                try store.makeDirectories("/partner/in")
                let endpoint = DirectoryEndpoint(DirectoryConnection(root: "/partner", store: store))
                let name = "cut-\(point)-\(seed).edi"
                try FaultTurn.take {
                    try FaultPlan("\(point)[\(name)]@1=throw").arm()
                    defer { FaultPlan.disarm() }
                    #expect(throws: FaultError.self) {
                        _ = try Delivery().deliver(file(name), from: MemorySource(bytes), over: endpoint)
                    }
                }
                store.crash(seed: seed)
                if try store.status(of: "/partner/in/\(name)") != nil {
                    #expect(try store.contents(of: "/partner/in/\(name)", limit: 1000) == bytes)
                }
                _ = try Delivery().settle(file(name), from: MemorySource(bytes), over: endpoint)
                store.crash(seed: seed)
                #expect(try store.contents(of: "/partner/in/\(name)", limit: 1000) == bytes)
            }
        }
    }
}
