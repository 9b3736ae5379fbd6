import CCurl
import Diagnostics
import Environment

/// One libcurl handle: the only place that talks to libcurl. The handle keeps its connections between
/// transfers.
final class CurlSession {
    private let handle: UnsafeMutableRawPointer
    /// What libcurl says about a failure; it writes here until the handle goes.
    private let errorText: UnsafeMutablePointer<CChar>

    /// How a transfer ended.
    struct Answer {
        var result: CURLcode
        var errorText = ""
        /// The HTTP status; 0 for other protocols or where no answer came.
        var status = 0
        /// The length announced; nil where none was.
        var announcedByteCount: Int?
        /// Milliseconds since 1970-01-01T00:00:00Z.
        var modified: Int64?
        var redirectURL: String?
        var retryAfterSeconds: Int?
        var tag: String?
        /// Connections made for this transfer; 0 where one of an earlier transfer was used again.
        var newConnectionCount = 0
        var isOK: Bool { result == CURLE_OK }
    }

    init() throws(ExchangeError) {
        guard isLibraryReady, let handle = curl_easy_init() else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "libcurl is not usable: \(libraryVersion.text)",
                expected: "libcurl 7.85 or newer with SSH", remedy: "install libcurl4 of Debian 12 or newer")
        }
        self.handle = handle
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    /// Runs one transfer to its end.
    func run(_ transfer: CurlTransfer) throws(ExchangeError) -> Answer {
        curl_easy_reset(handle)
        errorText[0] = 0
        transfer.begin(with: handle)
        let lists = try configure(transfer)
        let result = curl_easy_perform(handle)
        // The callbacks point at `transfer`, and libcurl reads the lists until here.
        withExtendedLifetime(transfer) { transfer.handle = nil }
        withExtendedLifetime(lists) {}
        var answer = Answer(result: result)
        answer.errorText = String(cString: errorText)
        answer.status = number(CURLINFO_RESPONSE_CODE)
        answer.newConnectionCount = number(CURLINFO_NUM_CONNECTS)
        let length = offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
        if length >= 0 { answer.announcedByteCount = length }
        let time = offset(CURLINFO_FILETIME_T)
        if time >= 0 { answer.modified = Int64(time).multipliedReportingOverflow(by: 1000).partialValue }
        let wait = offset(CURLINFO_RETRY_AFTER)
        if wait > 0 { answer.retryAfterSeconds = wait }
        var redirect: UnsafePointer<CChar>?
        if ccurl_get_text(handle, CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK, let redirect {
            answer.redirectURL = String(cString: redirect)
        }
        var header: UnsafeMutablePointer<curl_header>?
        if curl_easy_header(handle, "etag", 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK,
            let value = header?.pointee.value
        {
            answer.tag = String(cString: value)
        }
        // Nothing of this transfer may stay behind in the handle: it points at memory that goes now.
        curl_easy_reset(handle)
        return answer
    }

    private func number(_ item: CURLINFO) -> Int {
        var value = 0
        return ccurl_get_long(handle, item, &value) == CURLE_OK ? value : 0
    }

    private func offset(_ item: CURLINFO) -> Int {
        var value: curl_off_t = -1
        return ccurl_get_offset(handle, item, &value) == CURLE_OK ? Int(value) : -1
    }
}

// MARK: - Options

extension CurlSession {
    private func configure(_ transfer: CurlTransfer) throws(ExchangeError) -> [StringList] {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        var lists: [StringList] = []
        try set(CURLOPT_URL, transfer.url)
        try set(CURLOPT_PROTOCOLS_STR, transfer.protocols)
        // Redirects are followed by us, one by one, after looking at each.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // Threads: no signals. The environment names no proxy and no credentials.
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NETRC, 0)
        try set(CURLOPT_FILETIME, 1)
        try set(CURLOPT_BUFFERSIZE, 256 * 1024)
        try set(CURLOPT_CONNECTTIMEOUT_MS, transfer.limits.connectMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, transfer.limits.totalMilliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, transfer.limits.slowBytesPerSecond)
        try set(CURLOPT_LOW_SPEED_TIME, transfer.limits.slowSeconds)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = transfer.authorityFile { try set(CURLOPT_CAINFO, file) }
        if transfer.needsFreshConnection { try set(CURLOPT_FRESH_CONNECT, 1) }
        try check(ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
        try setCallbacks(context)
        try setPurpose(transfer)
        if transfer.protocols == "sftp" { try setShell(transfer, context) } else { try setHTTP(transfer) }
        if !transfer.headers.isEmpty { lists.append(try list(CURLOPT_HTTPHEADER, transfer.headers)) }
        if !transfer.commands.isEmpty { lists.append(try list(CURLOPT_QUOTE, transfer.commands)) }
        return lists
    }

    private func setPurpose(_ transfer: CurlTransfer) throws(ExchangeError) {
        switch transfer.purpose {
        case .download: try set(CURLOPT_HTTPGET, 1)
        case .look: try set(CURLOPT_NOBODY, 1)
        case .upload(let source, let isPost):
            let size = curl_off_t(source.byteCount)
            try set(isPost ? CURLOPT_POST : CURLOPT_UPLOAD, 1)
            let option = isPost ? CURLOPT_POSTFIELDSIZE_LARGE : CURLOPT_INFILESIZE_LARGE
            try check(ccurl_set_offset(handle, option, size))
        }
    }

    private func setHTTP(_ transfer: CurlTransfer) throws(ExchangeError) {
        try set(CURLOPT_ACCEPT_ENCODING, "")
        try set(CURLOPT_USERAGENT, "crossdock")
        guard let user = transfer.user else { return }
        try set(CURLOPT_HTTPAUTH, Int(CURLAUTH_BASIC_VALUE))
        try set(CURLOPT_USERNAME, user)
        try set(CURLOPT_PASSWORD, transfer.password?.revealed() ?? "")
    }

    private func setShell(
        _ transfer: CurlTransfer, _ context: UnsafeMutableRawPointer
    ) throws(ExchangeError) {
        // Without this callback libcurl accepts any host key, so its refusal must stop everything.
        try check(ccurl_set_host_key_callback(handle, checkHostKey))
        try check(ccurl_set_pointer(handle, CURLOPT_SSH_HOSTKEYDATA, context))
        try set(CURLOPT_USERNAME, transfer.user ?? "")
        if let file = transfer.keyFile {
            try set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
            try set(CURLOPT_SSH_PRIVATE_KEYFILE, file)
            if let phrase = transfer.password { try set(CURLOPT_KEYPASSWD, phrase.revealed()) }
        } else {
            try set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD))
            try set(CURLOPT_PASSWORD, transfer.password?.revealed() ?? "")
        }
    }

    private func setCallbacks(_ context: UnsafeMutableRawPointer) throws(ExchangeError) {
        try check(ccurl_set_bytes_callback(handle, CURLOPT_WRITEFUNCTION, receiveBytes))
        try check(ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        try check(ccurl_set_bytes_callback(handle, CURLOPT_READFUNCTION, sendBytes))
        try check(ccurl_set_pointer(handle, CURLOPT_READDATA, context))
        try check(ccurl_set_seek_callback(handle, seekBytes))
        try check(ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context))
        try set(CURLOPT_NOPROGRESS, 0)
        try check(ccurl_set_progress_callback(handle, noteProgress))
        try check(ccurl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
        try check(ccurl_set_open_socket_callback(handle, openSocket))
        try check(ccurl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(ExchangeError) {
        try check(ccurl_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(ExchangeError) {
        try check(ccurl_set_text(handle, option, value))
    }

    private func list(_ option: CURLoption, _ lines: [String]) throws(ExchangeError) -> StringList {
        let list = StringList(lines)
        try check(ccurl_set_list(handle, option, list.head))
        return list
    }

    private func check(_ result: CURLcode) throws(ExchangeError) {
        guard result != CURLE_OK else { return }
        throw ExchangeError(
            "NET.CONNECTION.INVALID",
            "libcurl is unable to do what is asked: \(String(cString: curl_easy_strerror(result)))",
            found: libraryVersion.text, expected: "libcurl 7.85 or newer with SSH",
            remedy: "install libcurl4 of Debian 12 or newer")
    }
}

/// A `curl_slist`, freed with its last reference.
private final class StringList {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) {
        for line in lines { head = curl_slist_append(head, line) ?? head }
    }

    deinit { curl_slist_free_all(head) }
}

private let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK && libraryVersion.isEnough

/// 7.85 brought CURLOPT_PROTOCOLS_STR, 7.84 the host key callback.
private let libraryVersion: (text: String, isEnough: Bool) = {
    guard let version = curl_version_info(CURLVERSION_FIRST) else { return ("unknown version", false) }
    return (String(cString: version.pointee.version), version.pointee.version_num >= 0x07_55_00)
}()

// MARK: - Callbacks

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private func receiveBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let total = size * count
    let isTaken = transfer(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: total)) ?? false
    // Any other number than the one given ends the transfer; for no bytes at all that number is 1.
    return isTaken ? total : (total == 0 ? 1 : 0)
}

private func sendBytes(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.send(buffer) ?? Int(CURL_READFUNC_ABORT)
}

private func seekBytes(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: CInt) -> CInt {
    guard offset == 0, origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
    return transfer(context)?.rewind() ?? false ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}

private func noteProgress(
    _ context: UnsafeMutableRawPointer?, _ downTotal: curl_off_t, _ down: curl_off_t, _ upTotal: curl_off_t,
    _ up: curl_off_t
) -> CInt {
    transfer(context)?.isStopped() ?? true ? 1 : 0
}

private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address else { return CURL_SOCKET_BAD }
    return transfer(context)?.openSocket(address) ?? CURL_SOCKET_BAD
}

private func checkHostKey(
    _ context: UnsafeMutableRawPointer?, _ kind: CInt, _ key: UnsafePointer<CChar>?, _ count: Int
) -> CInt {
    let blob = UnsafeRawBufferPointer(start: key, count: count)
    let isKnown = transfer(context)?.accepts(hostKey: blob) ?? false
    return CInt((isKnown ? CURLKHMATCH_OK : CURLKHMATCH_MISMATCH).rawValue)
}

/// `CURLAUTH_BASIC` is a cast that Swift does not import.
private let CURLAUTH_BASIC_VALUE: UInt = 1
