import Diagnostics

extension CrossChecks {
    /// Keys of a pickup that its connection cannot use, and cursors that would never be sent.
    mutating func checkPickupKeys(_ channel: InboundChannel) {
        guard let id = channel.pickup.connection, let connection = site.connection(id) else { return }
        let path = channel.place.path + ".pickup"
        let isHTTP = connection.type == .http
        let foreign = isHTTP ? ["done_file"] : ["method", "query", "cursor"]
        for key in foreign where location("\(path).\(key)") != nil {
            refuse(
                "CONFIG.CONFLICT", at: "\(path).\(key)",
                "'\(key)' is not a key of pickups over \(connection.type.rawValue)", found: key,
                expected: isHTTP ? "the path of one file" : "a folder and the names in it",
                remedy: "remove '\(key)', or name a connection of another type")
        }
        if isHTTP { checkCursor(channel, path) }
    }

    private mutating func checkCursor(_ channel: InboundChannel, _ path: String) {
        let isAsked = channel.pickup.query.contains { $0.value == Pickup.cursorMark }
        guard let cursor = channel.pickup.cursor else {
            guard isAsked, location(path + ".cursor") == nil else { return }
            return refuse(
                "CONFIG.KEY.MISSING", at: path + ".query",
                "\(path).query sends a cursor and there is no 'cursor'",
                expected: "cursor: { from: max_field, field: Updated at, overlap: 10m }",
                remedy: "add 'cursor': what the next cursor is made of")
        }
        if !isAsked {
            refuse(
                "CONFIG.CONFLICT", at: path + ".cursor", "\(path).cursor is sent nowhere",
                expected: "query: { updated_since: cursor }",
                remedy: "add the parameter of the server that takes it to 'query', with the value cursor")
        }
        if cursor.from == .maxField, channel.document.format != .csv {
            refuse(
                "CONFIG.CONFLICT", at: path + ".cursor.from",
                "\(path).cursor takes the greatest value of a column, and \(channel.document) has none",
                found: "max_field", expected: "a csv document, or from: request_time",
                remedy: "write from: request_time with an overlap")
        }
    }
}
