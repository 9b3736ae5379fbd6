import Diagnostics
import Environment
import TestSupport
import Testing

@testable import Exchange

@Suite struct RemoteNameTests {
    @Test(arguments: [
        "../../../tmp/x", "/abs", "C:\\x", "a\u{0}b", "a\nb", String(repeating: "n", count: 300), "..", ".",
        "", "CON",
        "nul.txt", "a\u{1B}[31m", "a\u{85}b", "com1.edi",
    ])
    func unsafeNamesAreFound(_ name: String) throws {
        let finding = try #require(RemoteName.finding(for: DirectoryEntry(name: name)))
        #expect(finding.code == "NET.NAME.UNSAFE")
        #expect(!finding.message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
        if name == "../../../tmp/x" { #expect(finding.message.contains("../../../tmp/x")) }
    }

    @Test(arguments: [
        "-rf", "$(id).edi", ";rm -rf *", "a b", "ä.edi", "PO.850.edi", "console.txt", "...", "a'\"b",
    ])
    func oddButHarmlessNamesPass(_ name: String) {
        #expect(RemoteName.finding(for: DirectoryEntry(name: name)) == nil)
    }

    @Test func namesAreShownWithoutPowerOverTheTerminal() {
        #expect(RemoteName.displayed("a\u{1B}[31m\nb\u{202E}c") == "a\\u{1b}[31m\\u{a}b\\u{202e}c")
        #expect(RemoteName.displayed(String(repeating: "n", count: 500)).count == 121)
        #expect(RemoteName.finding(for: DirectoryEntry(name: "x", isUTF8: false)) != nil)
    }
}

@Suite struct NetworkAddressTests {
    @Test(arguments: [
        ("8.8.8.8", true), ("127.0.0.1", false), ("10.1.2.3", false), ("172.16.0.1", false),
        ("172.32.0.1", true),
        ("192.168.1.1", false), ("169.254.169.254", false), ("100.64.0.1", false), ("100.128.0.1", true),
        ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("198.18.0.1", false),
    ])
    func version4AddressesAreToldApart(_ text: String, _ isPublic: Bool) {
        let address = NetworkAddress(text.split(separator: ".").compactMap { UInt8($0) })
        #expect(address.isPublic == isPublic)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("20010db8000000000000000000000001", false), ("2a001450400100000000000000000001", true),
        ("00000000000000000000000000000001", false), ("00000000000000000000000000000000", false),
        ("fe800000000000000000000000000001", false), ("fd000000000000000000000000000001", false),
        ("00000000000000000000ffff7f000001", false), ("00000000000000000000ffff08080808", true),
        ("0064ff9b00000000000000000a000001", false), ("20020a00000100000000000000000000", false),
        ("20010000000000000000000000000001", false), ("ff020000000000000000000000000001", false),
    ])
    func version6AddressesAreToldApart(_ hex: String, _ isPublic: Bool) throws {
        #expect(NetworkAddress(try #require(bytesOfHex(hex))).isPublic == isPublic)
    }
}

@Suite struct SFTPListingTests {
    @Test func linesOfManyServersAreRead() {
        let text = """
            drwxr-xr-x    2 root     root         4096 Nov 24 00:56 .
            drwxr-xr-x    2 root     root         4096 Nov 24 00:56 ..
            -rw-r--r--    1 root     root            6 Nov 24 00:56 x.edi
            -rw-r--r--    1 DOMAIN+some user Domain Users 12345678901 Jan  2  2020  two leading blanks.edi
            lrwxrwxrwx    1 root     root            5 Nov 24 00:56 link -> x.edi
            -rw-rw-rw-   1 owner group 7 May 05 09:01 PO May 05 09:01.edi
            prw-r--r--    1 root     root            0 Nov 24 00:56 pipe
            rest of a name with a line break
            -rw-r--r--    1 root     root   99999999999999999999 Nov 24 00:56 big
            """
        let lines = SFTPListing.entries(in: Array(text.utf8) + [0x0D, 0x0A])
        #expect(
            lines == [
                .entry(DirectoryEntry(name: "x.edi"), .regular, byteCount: 6),
                .entry(DirectoryEntry(name: " two leading blanks.edi"), .regular, byteCount: 12_345_678_901),
                .entry(DirectoryEntry(name: "link"), .link, byteCount: 5),
                .entry(DirectoryEntry(name: "PO May 05 09:01.edi"), .regular, byteCount: 7),
                .entry(DirectoryEntry(name: "pipe"), .other, byteCount: 0),
                .unreadable("rest of a name with a line break"),
                .unreadable("-rw-r--r--    1 root     root   99999999999999999999 Nov 24 00:56 big"),
            ])
    }

    @Test func anyBytesAreReadWithoutHarm() {
        let random = SeededRandomness(seed: 11)
        let letters = Array("-rwxrwxrwx dl 1 root 6 Nov 24 00:56 x\n\r\u{FF}->".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<random.below(120)).map { _ in letters[Int(random.below(UInt64(letters.count)))] }
            _ = SFTPListing.entries(in: bytes)
        }
    }
}

@Suite struct SFTPKeyTests {
    @Test(arguments: [
        (["-t", "ed25519"], SFTPKeyKind.ed25519), (["-t", "ecdsa"], .ecdsa),
        (["-t", "rsa", "-b", "2048"], .rsa),
        (["-t", "rsa", "-b", "2048", "-m", "PEM"], .rsa), (["-t", "ecdsa", "-m", "PKCS8"], .ecdsa),
        (["-t", "rsa", "-b", "2048", "-m", "PKCS8"], .rsa),
    ])
    func theKindOfAKeyFileIsRead(_ options: [String], _ kind: SFTPKeyKind) throws {
        guard SSHServer.obstacle == nil else {
            print("skipped: SFTP key kinds, \(SSHServer.obstacle ?? "")")
            return
        }
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = folder.path + "/key"
        let command = ["/usr/bin/ssh-keygen", "-q"] + options
        for passphrase in options.contains("PKCS8") ? [""] : ["", "secret"] {
            _ = try? PosixFileStore().remove(path)
            #expect(try ServerProcess.run(command + ["-N", passphrase, "-f", path]) == 0)
            #expect(SFTPKeyKind(privateKey: folder.read("key") ?? []) == kind)
            let problem = sftpKeyProblem(path)
            #expect((problem == nil) == (kind != .rsa))
            if kind == .rsa { #expect(problem?.contains("RSA") == true) }
        }
    }

    @Test func whatIsNoKeyIsSaid() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write("hello".utf8, to: "key")
        #expect(sftpKeyProblem(folder.path + "/key")?.contains("not an OpenSSH or PEM") == true)
        #expect(sftpKeyProblem(folder.path + "/none")?.contains("not readable") == true)
    }
}

@Suite struct ExchangeCodesTests {
    @Test func everyCodeIsListedOnce() {
        let codes = ExchangeCodes.all.map(\.code.rawValue)
        #expect(Set(codes).count == codes.count)
    }

    @Test func percentEncodingLeavesOnlyUnreservedCharacters() {
        #expect(percentEncoded("a b/ü?&=%~-._") == "a%20b%2F%C3%BC%3F%26%3D%25~-._")
        #expect(base64([0xFF, 0xEE]) == "/+4" && base64([]) == "" && base64([1, 2, 3]) == "AQID")
    }
}
