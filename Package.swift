// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A module of the product: Swift 6 mode and the same settings everywhere.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
    name: "crossdock",
    products: [.executable(name: "crossdock", targets: ["crossdock"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CCurl", dependencies: ["CLibCurl"]),
        .target(name: "CScan"),

        // Leaves: they import nothing of ours.
        module("Environment", ["CCrypto"]),
        module("Diagnostics"),
        // The core: value code, without clock, disk or network.
        module("Canonical", ["Diagnostics"]),
        module("Formats", ["Diagnostics", "CLibXML2", "CScan"]),
        module("Mapping", ["Formats", "Canonical", "Diagnostics"]),
        module("OMSRules", ["Canonical", "Diagnostics"]),
        // The edge.
        module("Ledger", ["Canonical", "Diagnostics", "Environment", grdb, grdbSQLite]),
        module("Exchange", ["Environment", "Diagnostics", "CCurl", "CLibCurl"]),
        module(
            "FeedProcessor",
            [
                "Environment", "Diagnostics", "Canonical", "Formats", "Mapping", "OMSRules", "Ledger",
                "Exchange",
                yams, logging,
            ]),
        .executableTarget(
            name: "crossdock",
            dependencies: [
                "FeedProcessor", "Ledger", "Environment", "Diagnostics", "Canonical", argumentParser, logging,
            ],
            swiftSettings: settings),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("EnvironmentTests", ["Environment"]),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("CanonicalTests", ["Canonical", "Diagnostics"]),
        tests("FormatsTests", ["Formats", "Diagnostics"]),
        tests("MappingTests", ["Mapping", "Formats", "Canonical", "Diagnostics"]),
        tests("OMSRulesTests", ["OMSRules", "Canonical", "Diagnostics"]),
        tests("LedgerTests", ["Ledger", "Canonical", "Diagnostics", "Environment"]),
        tests("ExchangeTests", ["Exchange", "Environment", "Diagnostics"]),
        tests(
            "FeedProcessorTests",
            [
                "FeedProcessor", "Mapping", "Formats", "OMSRules", "Ledger", "Canonical", "Diagnostics",
                "Environment",
            ]),
        tests("HouseTests", ["FeedProcessor", "Diagnostics"]),
        // They run the built executable: no module of ours is imported.
        .testTarget(name: "NightTests", dependencies: ["TestSupport", "crossdock"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
