import Diagnostics

/// Where files are taken and put: folders that lead out of a partner's, that lead back to us, names that come again.
extension CrossChecks {
    mutating func checkPlaces() {
        for partner in site.partners {
            for channel in partner.inbound {
                let path = channel.place.path
                checkFolder(channel.pickup.path, at: path + ".pickup.path")
                checkFolder(channel.after.to, at: path + ".after.to")
            }
            for channel in partner.outbound {
                let path = channel.place.path
                checkFolder(channel.deliver.path, at: path + ".deliver.path")
                checkFixedName(channel)
                checkLoop(
                    channel.deliver.connection, channel.deliver.path, channel.deliver.filename,
                    at: path + ".deliver.path", "channel '\(channel.id)'")
            }
            if let to = partner.acknowledgments.send?.to {
                let path = partner.place.path + ".acks.send.to.path"
                checkFolder(to.path, at: path)
                checkLoop(
                    to.connection, to.path, to.filename ?? "997_<isa_control>.edi", at: path,
                    "`acks` of '\(partner.id)'")
            }
        }
        checkIdentities()
    }

    /// A connection's root is a wall; a path that climbs over it is a slip or a trick.
    private mutating func checkFolder(_ folder: String?, at path: String) {
        guard let folder, folder.split(separator: "/").contains("..") else { return }
        refuse(
            "CONFIG.VALUE", at: path, "\(path) leads upwards", found: folder, expected: "a path without '..'",
            remedy: "write the folder as it is below the connection's root")
    }

    /// A file name without a placeholder is taken from the second document on.
    private mutating func checkFixedName(_ channel: OutboundChannel) {
        let path = channel.place.path + ".deliver.filename"
        guard let filename = channel.deliver.filename, !filename.contains("<"),
            site.connection(channel.deliver.connection)?.type != .http
        else { return }
        refuse(
            "CONFIG.VALUE", .warning, at: path,
            "\(path) is the same for every document: the second waits until the partner has taken the first",
            found: filename, expected: "a name with a placeholder, like <isa_control> or <date>_<time>",
            remedy: "add a placeholder, unless the partner takes each file before the next is made")
    }

    /// What we put where we fetch comes back as a partner's file.
    private mutating func checkLoop(
        _ connection: String, _ folder: String, _ filename: String?, at path: String, _ who: String
    ) {
        guard let filename, site.connection(connection)?.type != .http else { return }
        let name = NamePattern(Self.withoutMarks(filename))
        for partner in site.partners {
            for channel in partner.inbound where channel.pickup.connection == connection {
                guard Self.plain(channel.pickup.path ?? "") == Self.plain(folder),
                    NamePattern(channel.pickup.match).overlaps(name)
                else { continue }
                refuse(
                    "CONFIG.PICKUP.OVERLAP", at: path,
                    "\(who) puts files where '\(channel.id)' fetches: they would come back as the partner's",
                    found: folder,
                    expected: "a folder of its own, or names that "
                        + "'\(channel.pickup.match)' does not match",
                    remedy: "deliver to another folder")
                return
            }
        }
    }

    /// The name with `*` in place of what is filled in.
    private static func withoutMarks(_ filename: String) -> String {
        var text = ""
        var isMark = false
        for character in filename {
            switch character {
            case "<": isMark = true
            case ">" where isMark:
                isMark = false
                text += "*"
            default: if !isMark { text.append(character) }
            }
        }
        return text
    }

    private static func plain(_ path: String) -> String {
        path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }

    /// Partners that X12 could not tell apart.
    private mutating func checkIdentities() {
        var owners: [String: Partner] = [:]
        for partner in site.partners {
            guard let x12 = partner.x12, !x12.isa.id.isEmpty else { continue }
            let key = "\(x12.isa.qualifier):\(x12.isa.id) \(partner.us)"
            if let other = owners[key] {
                let path = partner.place.path + ".x12.isa"
                refuse(
                    "CONFIG.CONFLICT", .warning, at: path,
                    "\(path) is also that of partner '\(other.id)': their interchanges cannot be told apart",
                    found: "\(x12.isa.qualifier) \(x12.isa.id)",
                    expected: "an identity of its own for each partner",
                    remedy: "correct the one that is wrong, or make the two one partner")
            } else {
                owners[key] = partner
            }
        }
    }
}
