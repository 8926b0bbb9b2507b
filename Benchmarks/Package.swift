// swift-tools-version: 6.2
import PackageDescription

/// The settings of the main package.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "swift-call-control", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    ],
    targets: [
        .target(name: "AllocationCounter"),
        .executableTarget(
            name: "micro",
            dependencies: [
                "AllocationCounter",
                .product(name: "EventLoops", package: "swift-call-control"),
                .product(name: "TLibrary", package: "swift-call-control"),
                .product(name: "CallControl", package: "swift-call-control"),
            ], swiftSettings: settings),
        .executableTarget(
            name: "ng",
            dependencies: [
                .product(name: "EventLoops", package: "swift-call-control"),
                .product(name: "CallControl", package: "swift-call-control"),
                .product(name: "LibuvEventLoops", package: "swift-call-control"),
                .product(name: "MediaServers", package: "swift-call-control"),
                .product(name: "TLibrary", package: "swift-call-control"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
