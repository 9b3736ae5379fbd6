import Diagnostics
import Environment
import Exchange
import TestSupport
import Testing

/// Certificates are verified, always: there is no switch, only an authority to name.
@Suite(.enabled(if: TLSServer.obstacle == nil, "openssl is not installed"))
struct TLSTests {
    private func endpoint(_ server: TLSServer, trusting authority: String?) throws -> HTTPEndpoint {
        let limits = TransferLimits(connectMilliseconds: 10_000, totalMilliseconds: 20_000)
        let connection = HTTPConnection(
            baseURL: "https://localhost:\(server.port)", authentication: .bearer(Secret("canary")),
            limits: limits,
            allowsPrivate: true, authorityFile: authority)
        return try HTTPEndpoint(connection, isStopped: { false })
    }

    @Test func aGoodCertificateOfANamedAuthorityIsAccepted() throws {
        let server = try TLSServer(.good)
        defer { server.stop() }
        #expect(try endpoint(server, trusting: server.authority).text("a.csv", in: "") == "over TLS")
        // The system's authorities do not know it.
        #expect(code { _ = try endpoint(server, trusting: nil).text("a.csv", in: "") } == "NET.TLS")
    }

    @Test(arguments: [TLSServer.Certificate.expired, .foreign, .selfSigned])
    func aBadCertificateIsRefused(_ certificate: TLSServer.Certificate) throws {
        let server = try TLSServer(certificate)
        defer { server.stop() }
        let endpoint = try endpoint(server, trusting: server.authority)
        let error = try #require(failure { _ = try endpoint.text("a.csv", in: "") })
        #expect(error.code == "NET.TLS")
        #expect(error.message.contains("certificate"))
        #expect(!error.isTemporary)
    }

    @Test func anOldProtocolIsRefused() throws {
        let server = try TLSServer(.good, options: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
        defer { server.stop() }
        let endpoint = try endpoint(server, trusting: server.authority)
        let error = try #require(failure { _ = try endpoint.text("a.csv", in: "") })
        #expect(error.code == "NET.TLS")
        #expect(!error.isTemporary)
    }
}
