/// Which sets travel in which functional group.
///
/// - Source: X12 element 479 and the group of each set, 004010; the sets a trading house meets.
enum X12FunctionalID {
    /// The sets of a functional identifier; nil for one that is not listed, where anything goes.
    static func documents(of functionalID: String) -> Set<String>? { table[functionalID] }

    private static let table: [String: Set<String>] = [
        "PO": ["850"], "PR": ["855"], "PC": ["860"], "CA": ["865"], "SH": ["856"], "IN": ["810"],
        "IB": ["846"],
        "SC": ["832"], "OW": ["940"], "AR": ["943"], "RE": ["944"], "SW": ["945"], "AW": ["947"],
        "AN": ["180"], "RA": ["820"], "CD": ["812"], "RF": ["753"], "RG": ["754"], "PD": ["852"],
        "PS": ["830"],
        "FA": ["997", "999"],
    ]
}
