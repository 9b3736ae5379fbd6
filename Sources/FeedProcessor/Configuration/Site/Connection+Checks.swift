import Canonical
import Diagnostics

extension Connection {
    /// The keys that only one type of connection has.
    private static let keys: [Transport: [String]] = [
        .http: ["base_url", "auth", "ca_file", "redirect_hosts", "insecure"],
        .sftp: ["host", "port", "user", "password", "private_key", "passphrase", "host_keys"],
        .directory: ["root"],
    ]

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
        let id = place.path.split(separator: ".").last.map(String.init) ?? ""
        for (owner, keys) in Self.keys.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where owner != type {
            for key in keys {
                guard let location = reading.locations[place.path + "." + key] else { continue }
                reading.refuse(
                    "CONFIG.CONFLICT", at: location,
                    "'\(key)' is not a key of connections of type \(type.rawValue)",
                    found: key, expected: "one of " + (Self.keys[type] ?? []).joined(separator: ", "),
                    remedy: "remove '\(key)', or set type to \(owner.rawValue)")
            }
        }
        if let rate = limits.requestsPerSecond, rate.units <= 0 {
            reading.refuse(
                "CONFIG.VALUE", at: reading.locations[place.path + ".limits.requests_per_second"],
                "\(place.path).limits.requests_per_second is not a rate", found: "\(rate)",
                expected: "a number above 0, like 2 or 0.5",
                remedy: "write how many requests the partner allows")
        }
        switch type {
        case .http: checkHTTP(id, &reading)
        case .sftp: checkSFTP(id, &reading)
        case .directory:
            need(root, "root", "where the folder is", &reading)
            if let root, !root.hasPrefix(Self.stateMark),
                let location = reading.locations[place.path + ".root"]
            {
                self.root = reading.resolved(root, near: location)
            }
        }
    }

    private func need(_ value: String?, _ key: String, _ text: String, _ reading: inout ConfigurationReading)
    {
        guard value == nil, reading.locations[place.path + "." + key] == nil else { return }
        reading.refuse(
            "CONFIG.KEY.MISSING", at: place.location, "\(place.path) has no '\(key)'",
            expected: "\(key): \(text)",
            remedy: "add '\(key)': \(text)")
    }

    private func checkSFTP(_ id: String, _ reading: inout ConfigurationReading) {
        need(host, "host", "the server", &reading)
        need(user, "user", "the user", &reading)
        if hostKeys.isEmpty, reading.locations[place.path + ".host_keys[0]"] == nil {
            reading.refuse(
                "CONFIG.HOSTKEY.MISSING", at: reading.locations[place.path + ".host_keys"] ?? place.location,
                "connection '\(id)' has no host_keys", expected: "host_keys: [ \"SHA256:…\" ]",
                remedy:
                    "ask the partner for the fingerprint of the server's key, and write it under host_keys")
        }
        if case .environment(let name)? = privateKey {
            // libssh2 reads keys from files alone.
            reading.refuse(
                "CONFIG.VALUE", at: reading.locations[place.path + ".private_key"],
                "\(place.path).private_key is not a file", found: "env: \(name)",
                expected: "private_key: { file: PATH }",
                remedy: "write the key into a file of mode 0600 and name that")
        }
        if password == nil, privateKey == nil, reading.locations[place.path + ".password"] == nil,
            reading.locations[place.path + ".private_key"] == nil
        {
            reading.refuse(
                "CONFIG.KEY.MISSING", at: place.location, "\(place.path) has no way to sign in",
                expected: "private_key or password", remedy: "add 'private_key': { file: PATH }")
        }
    }

    private mutating func checkHTTP(_ id: String, _ reading: inout ConfigurationReading) {
        need(baseURL, "base_url", "where paths begin", &reading)
        if let caFile, let location = reading.locations[place.path + ".ca_file"] {
            self.caFile = reading.resolved(caFile, near: location)
        }
        guard let baseURL, let location = reading.locations[place.path + ".base_url"] else { return }
        let scheme = baseURL.prefix { $0 != ":" }.lowercased()
        guard scheme == "https" || scheme == "http", baseURL.dropFirst(scheme.count).hasPrefix("://") else {
            let isScheme = !scheme.isEmpty && scheme.utf8.allSatisfy { (0x61...0x7A).contains($0) }
            reading.refuse(
                "CONFIG.URL.SCHEME", at: location,
                "the url scheme of connection '\(id)' is \(isScheme ? "'\(scheme)'" : "missing")",
                expected: "https, like https://shop.example.com", remedy: "write an https address")
            return
        }
        let authority = baseURL.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.isEmpty {
            reading.refuse(
                "CONFIG.VALUE", at: location, "\(place.path).base_url has no host",
                expected: "https://shop.example.com")
        }
        if scheme == "http", insecure == nil {
            reading.refuse(
                "CONFIG.URL.SCHEME", at: location,
                "the url scheme of connection '\(id)' is 'http', not encrypted",
                expected: "https, or insecure: { reason: … }",
                remedy: "write https, or add 'insecure' with the reason")
        }
    }
}
