// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target, as documented in CallControl's article Architecture.
let settings: [SwiftSetting] = [
    // `any P` is written out, so the cost of an existential is seen where it is paid.
    .enableUpcomingFeature("ExistentialAny"),
    // An import stays inside its file's target unless it says `public`: libuv cannot leak out of LibuvEventLoops.
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // An async function runs where its caller runs, unless it says otherwise: no hop by accident.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    // Unsafe code is named, and so can be counted.
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

let package = Package(
    name: "swift-call-control",
    products: [
        .library(name: "EventLoops", targets: ["EventLoops"]),
        .library(name: "TLibrary", targets: ["TLibrary"]),
        .library(name: "CallControl", targets: ["CallModel", "CallControl"]),
        .library(name: "LibuvEventLoops", targets: ["LibuvEventLoops"]),
        .library(name: "MediaServers", targets: ["MediaServers"]),
        .library(name: "Switches", targets: ["Switches"]),
        .library(name: "TLibraryClient", targets: ["TLibraryClient"]),
        .library(name: "CallControlTesting", targets: ["CallControlTesting"]),
        .executable(name: "callcontrol", targets: ["callcontrol"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // C
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .systemLibrary(name: "CSpanDSP", pkgConfig: "spandsp", providers: [.apt(["libspandsp-dev"])]),

        // The arrows: each target imports only from those above it.
        .target(name: "EventLoops", swiftSettings: settings),
        .target(name: "TLibrary", swiftSettings: settings),
        .target(name: "CallModel", dependencies: ["EventLoops", "TLibrary"], swiftSettings: settings),
        .target(
            name: "CallControl",
            dependencies: ["EventLoops", "TLibrary", "CallModel", log, metrics, deque, heap], swiftSettings: settings),
        .target(name: "LibuvEventLoops", dependencies: ["CLibuv", "EventLoops", log], swiftSettings: settings),
        .target(name: "RTPAudio", dependencies: ["EventLoops", "TLibrary", "CallModel"], swiftSettings: settings),
        .target(
            name: "MediaServers",
            dependencies: [
                "COpus", "CSpanDSP", "EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio", log, metrics,
                deque,
            ],
            swiftSettings: settings),
        .target(
            name: "Switches",
            dependencies: ["EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio", log, metrics],
            swiftSettings: settings),
        .target(name: "TLibraryClient", dependencies: ["EventLoops", "TLibrary", log], swiftSettings: settings),
        .target(
            name: "CallControlTesting",
            dependencies: ["EventLoops", "TLibrary", "CallModel", "CallControl", "Switches", log, deque, heap],
            swiftSettings: settings),
        .executableTarget(
            name: "callcontrol",
            dependencies: [
                "EventLoops", "TLibrary", "CallModel", "CallControl", "LibuvEventLoops", "MediaServers", "Switches",
                "TLibraryClient", "Yams", log, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),

        // Prints the article Recording tables.
        .executableTarget(
            name: "contract-page",
            dependencies: [
                "EventLoops", "TLibrary", "CallModel", "CallControl", "Switches", "CallControlTesting", log,
            ],
            swiftSettings: settings),

        // Tests
        .target(name: "TestProcesses", path: "Tests/TestProcesses", swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "TLibraryTests", dependencies: ["TLibrary"], swiftSettings: settings),
        .testTarget(
            name: "CallModelTests", dependencies: ["EventLoops", "TLibrary", "CallModel"], swiftSettings: settings),
        .testTarget(
            name: "CallControlTests", dependencies: ["EventLoops", "TLibrary", "CallModel", "CallControl"],
            swiftSettings: settings),
        .testTarget(
            name: "LibuvEventLoopsTests",
            dependencies: ["TestSupport", "EventLoops", "LibuvEventLoops", log], swiftSettings: settings),
        .testTarget(
            name: "MediaServersTests",
            dependencies: [
                "TestSupport", "EventLoops", "TLibrary", "CallModel", "CallControl", "CallControlTesting",
                "LibuvEventLoops", "RTPAudio", "MediaServers", "Switches", log,
            ], swiftSettings: settings),
        .testTarget(
            name: "SwitchesTests",
            dependencies: [
                "TestSupport", "EventLoops", "TLibrary", "CallModel", "CallControl", "CallControlTesting",
                "LibuvEventLoops", "Switches", "TLibraryClient", log,
            ],
            swiftSettings: settings),
        // Real media servers and real SIP, each on loopback and on free ports.
        .testTarget(
            name: "RealServersTests",
            dependencies: [
                "TestProcesses", "TestSupport", "EventLoops", "TLibrary", "CallModel", "CallControl",
                "CallControlTesting", "LibuvEventLoops", "RTPAudio", "MediaServers", "Switches", "TLibraryClient",
                "callcontrol", log,
            ], swiftSettings: settings),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "TestProcesses", "TestSupport", "EventLoops", "callcontrol", "CallControl", "CallModel", "TLibrary",
                log,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "TestSupport", "EventLoops", "TLibrary", "CallModel", "CallControl", "CallControlTesting",
                "LibuvEventLoops", "Switches", "TLibraryClient", "callcontrol", log, metrics,
            ], swiftSettings: settings),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "EventLoops", "TLibrary", "CallModel", "CallControl", "Switches", "CallControlTesting",
                "contract-page", log,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "TestSupport", "EventLoops", "TLibrary", "CallModel", "CallControl", "LibuvEventLoops", "MediaServers",
                "Switches", "TLibraryClient", log,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
