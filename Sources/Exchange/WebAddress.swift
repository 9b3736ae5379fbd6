import CCurl

/// A URL taken apart by libcurl's own parser, so that what we check is what it connects to.
struct WebAddress {
    let scheme: String
    let host: String
    let port: String
    let path: String
    let hasUser: Bool

    init?(_ text: String) {
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        guard curl_url_set(url, CURLUPART_URL, text, flags) == CURLUE_OK,
            let scheme = Self.part(url, CURLUPART_SCHEME), let host = Self.part(url, CURLUPART_HOST)
        else { return nil }
        self.scheme = scheme.lowercased()
        self.host = host.lowercased()
        port = Self.part(url, CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)) ?? ""
        path = Self.part(url, CURLUPART_PATH) ?? ""
        hasUser = Self.part(url, CURLUPART_USER) != nil || Self.part(url, CURLUPART_PASSWORD) != nil
    }

    /// `https://host:443`: what shares credentials.
    var origin: String { "\(scheme)://\(host):\(port)" }

    /// The URL without query, fragment and trailing slash.
    var text: String {
        var path = path[...]
        while path.last == "/" { path.removeLast() }
        return origin + path
    }

    private static func part(_ url: OpaquePointer, _ what: CURLUPart, _ flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, what, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

/// A path component or query value fit for a URL: everything but the unreserved characters as `%XX` (RFC 3986
/// section 2.3).
func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.append(byte)
        default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
