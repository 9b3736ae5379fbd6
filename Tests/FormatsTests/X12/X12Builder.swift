@testable import Formats

/// Builds interchanges for tests: a body of segments in a correct envelope.
enum X12Builder {
    static let isa =
        "ISA*00*          *00*          *ZZ*ACMESTORE      *ZZ*CROSSDOCK      *261122*0230*U*00401*"

    /// One interchange of one group; each set is the text between ST and SE, without them.
    static func interchange(
        _ document: String = "850", group: String = "PO", version: String = "004010", sets: [String]
    ) -> [UInt8] {
        var text = isa + "000000101*1*T*>~GS*\(group)*ACME*CROSSDOCK*20261122*0230*101*X*\(version)~"
        for (index, body) in sets.enumerated() {
            let control = String(10_001 + index).dropFirst()
            let count = body.split(separator: "~").count + 2
            text += "ST*\(document)*\(control)~\(body)SE*\(count)*\(control)~"
        }
        text += "GE*\(sets.count)*101~IEA*1*000000101~"
        return Array(text.utf8)
    }

    static let order =
        "BEG*00*SA*PO-1001**20261122~N1*ST*JANE ROE*92*W1~N3*1 MAIN ST~N4*AUSTIN*TX*78701*US~"
        + "PO1*1*3*EA*19.99**VN*SKU-1~CTT*1~"
}
