// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

/// Settings of targets that import no C module.
let strictAndSafe: [SwiftSetting] = strict + [.strictMemorySafety()]

let package = Package(
  name: "connector-console",
  products: [
    .executable(name: "connector-console", targets: ["connector-console"]),
    .library(name: "ConnectorKit", targets: ["ConnectorKit"]),
  ],
  targets: [
    // C libraries, one system module each; shims for macros, variadics and globals.
    .systemLibrary(name: "CNcurses", path: "Sources/CNcurses"),
    .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
    .systemLibrary(name: "CSnowball", path: "Sources/CSnowball"),
    .systemLibrary(name: "CICU", path: "Sources/CICU"),
    .systemLibrary(name: "CAllocator", path: "Sources/CAllocator"),
    .systemLibrary(name: "CCurl", path: "Sources/CCurl"),
    .systemLibrary(name: "CYAML", path: "Sources/CYAML"),
    .target(name: "CTerminalSupport", path: "Sources/CTerminalSupport"),
    .target(name: "CFileSupport", path: "Sources/CFileSupport"),
    .target(
      name: "CTextDecoding", path: "Sources/CTextDecoding",
      linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icui18n")]),

    // The framework and the protocol: values only.
    .target(name: "ConcurrencySupport", dependencies: ["CAllocator"], swiftSettings: strict),
    .target(
      name: "ConnectorKit", dependencies: ["ConcurrencySupport"], swiftSettings: strictAndSafe),
    .target(
      name: "ConnectorProtocol", dependencies: ["ConnectorKit"], swiftSettings: strictAndSafe),
    .target(
      name: "EngineAPI", dependencies: ["ConnectorProtocol", "ConnectorKit"],
      swiftSettings: strictAndSafe),

    // The engine, its stores and its data sources.
    .target(
      name: "SyncEngine",
      dependencies: ["EngineAPI", "ConnectorProtocol", "ConnectorKit", "ConcurrencySupport"],
      swiftSettings: strictAndSafe),
    .target(
      name: "TextAnalysis", dependencies: ["ConnectorProtocol", "CSnowball", "CICU"],
      swiftSettings: strict),
    .target(
      name: "EmbeddedStore",
      dependencies: [
        "ConnectorProtocol", "ConnectorKit", "ConcurrencySupport", "TextAnalysis", "CSQLite",
      ],
      swiftSettings: strict),
    .target(
      name: "HTTPClient", dependencies: ["ConnectorKit", "ConcurrencySupport", "CCurl"],
      swiftSettings: strict),
    .target(
      name: "ElasticsearchStore",
      dependencies: ["ConnectorProtocol", "ConnectorKit", "HTTPClient"],
      swiftSettings: strictAndSafe),
    .target(name: "TextDecoding", dependencies: ["CTextDecoding"], swiftSettings: strict),
    .target(
      name: "DataSources", dependencies: ["ConnectorKit", "TextDecoding", "CFileSupport"],
      swiftSettings: strict),
    .target(
      name: "DataSourceCatalog", dependencies: ["ConnectorKit", "DataSources"],
      swiftSettings: strictAndSafe),

    // The console.
    .target(name: "TerminalKit", swiftSettings: strictAndSafe),
    .target(
      name: "CursesTerminal", dependencies: ["TerminalKit", "CNcurses", "CTerminalSupport"],
      swiftSettings: strict),
    .target(
      name: "ConsoleUI",
      dependencies: ["TerminalKit", "EngineAPI", "ConnectorProtocol", "ConnectorKit"],
      swiftSettings: strictAndSafe),
    .target(
      name: "ConsoleConfiguration", dependencies: ["EngineAPI", "ConnectorKit", "CYAML"],
      swiftSettings: strict),
    .target(
      name: "CommandLineInterface",
      dependencies: [
        "EngineAPI", "ConnectorProtocol", "ConnectorKit", "TerminalKit", "ConsoleConfiguration",
      ],
      swiftSettings: strictAndSafe),
    .executableTarget(
      name: "connector-console",
      dependencies: [
        "ConsoleUI", "CursesTerminal", "CTerminalSupport", "CommandLineInterface", "SyncEngine",
        "EmbeddedStore", "DataSourceCatalog", "EngineAPI", "ConnectorProtocol", "ConnectorKit",
        "ConcurrencySupport", "TerminalKit", "ElasticsearchStore", "HTTPClient",
        "ConsoleConfiguration",
      ],
      exclude: ["connector-console.docc"],
      swiftSettings: strict),

    // Tests.
    .systemLibrary(name: "CVTerm", path: "Tests/CVTerm"),
    .target(
      name: "StoreContracts",
      dependencies: ["ConnectorProtocol", "ConnectorKit"], path: "Tests/StoreContracts",
      swiftSettings: strict),
    .target(
      name: "TerminalTesting",
      dependencies: ["CTerminalSupport", "CVTerm"], path: "Tests/TerminalTesting",
      swiftSettings: strict),
    .executableTarget(
      name: "TerminalFixture", dependencies: ["CursesTerminal", "TerminalKit"],
      path: "Tests/TerminalFixture", swiftSettings: strict),
    .testTarget(
      name: "ConnectorKitTests", dependencies: ["ConnectorKit", "ConcurrencySupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ConnectorProtocolTests",
      dependencies: ["ConnectorProtocol", "ConnectorKit", "StoreContracts"],
      swiftSettings: strict),
    .testTarget(
      name: "SyncEngineTests",
      dependencies: [
        "SyncEngine", "StoreContracts", "EngineAPI", "ConnectorProtocol", "ConnectorKit",
        "ConcurrencySupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TextAnalysisTests", dependencies: ["TextAnalysis", "ConnectorProtocol"],
      swiftSettings: strict),
    .testTarget(
      name: "EmbeddedStoreTests",
      dependencies: [
        "EmbeddedStore", "StoreContracts", "StoreWriter", "TestFiles", "ConnectorProtocol",
        "ConnectorKit",
      ],
      swiftSettings: strict),
    .target(name: "TestFiles", path: "Tests/TestFiles", swiftSettings: strict),
    .target(name: "HTTPTesting", path: "Tests/HTTPTesting", swiftSettings: strict),
    .testTarget(
      name: "HTTPClientTests", dependencies: ["HTTPClient", "HTTPTesting"], swiftSettings: strict),
    .testTarget(
      name: "ElasticsearchStoreTests",
      dependencies: [
        "ElasticsearchStore", "StoreContracts", "HTTPClient", "HTTPTesting", "ConnectorProtocol",
        "ConnectorKit", "SyncEngine", "EngineAPI",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "StoreWriter", dependencies: ["EmbeddedStore", "ConnectorProtocol", "ConnectorKit"],
      path: "Tests/StoreWriter", swiftSettings: strict),
    .executableTarget(
      name: "ServiceRunner",
      dependencies: [
        "SyncEngine", "EmbeddedStore", "ElasticsearchStore", "HTTPClient", "EngineAPI",
        "ConnectorProtocol", "ConnectorKit",
      ],
      path: "Tests/ServiceRunner", swiftSettings: strict),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "ServiceRunner", "TestFiles", "SyncEngine", "EmbeddedStore", "ElasticsearchStore",
        "HTTPClient", "EngineAPI", "ConnectorProtocol", "ConnectorKit",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "DataSourcesTests",
      dependencies: ["DataSources", "DataSourceCatalog", "TextDecoding", "ConnectorKit"],
      swiftSettings: strict),
    .testTarget(
      name: "TerminalKitTests", dependencies: ["TerminalKit", "CTerminalSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CursesTerminalTests",
      dependencies: ["CursesTerminal", "TerminalKit", "TerminalTesting", "TerminalFixture"],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleUITests",
      dependencies: ["ConsoleUI", "TerminalKit", "EngineAPI", "ConnectorProtocol", "ConnectorKit"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "CommandLineInterfaceTests",
      dependencies: [
        "CommandLineInterface", "EngineAPI", "ConnectorProtocol", "ConnectorKit", "TerminalKit",
        "ConsoleConfiguration",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleConfigurationTests",
      dependencies: ["ConsoleConfiguration", "EngineAPI", "ConnectorKit"],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["TerminalTesting", "connector-console", "ElasticsearchStore", "HTTPClient"],
      swiftSettings: strict),
    .testTarget(name: "ProjectRulesTests", swiftSettings: strict),
    .executableTarget(name: "NullBulkServer", path: "Tests/NullBulkServer"),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "SyncEngine", "EmbeddedStore", "DataSourceCatalog", "DataSources", "EngineAPI",
        "ConnectorProtocol", "ConnectorKit", "ConcurrencySupport", "TerminalTesting",
        "TextAnalysis", "ElasticsearchStore", "HTTPClient", "NullBulkServer",
      ],
      path: "Tests/Benchmarks", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
