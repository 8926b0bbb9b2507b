// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// The product's own sources, compiled once more with the coverage that libFuzzer goes by: `Product` is a link to them.
/// All targets are of one package, so `package` declarations are seen; internal ones are by `@testable`.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-sanitize=fuzzer", "-parse-as-library", "-enable-testing"]),
]

/// libFuzzer without a `main` of its own; scripts/fuzz says where the toolchain has it.
let runtime = ProcessInfo.processInfo.environment["FUZZER_RUNTIME"] ?? ""

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

func product(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Product/\(name)", exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "fuzzing",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .systemLibrary(name: "COpus", path: "Product/COpus", pkgConfig: "opus"),
        .systemLibrary(name: "CSpanDSP", path: "Product/CSpanDSP", pkgConfig: "spandsp"),
        product("EventLoops", [], exclude: ["EventLoops.docc"]),
        product("TLibrary", [], exclude: ["TLibrary.docc"]),
        product("CallModel", ["EventLoops", "TLibrary"], exclude: ["CallModel.docc"]),
        product(
            "CallControl", ["EventLoops", "TLibrary", "CallModel", log, metrics, deque, heap],
            exclude: ["CallControl.docc"]),
        product("RTPAudio", ["EventLoops", "TLibrary", "CallModel"]),
        product(
            "MediaServers",
            [
                "COpus", "CSpanDSP", "EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio", log, metrics,
                deque,
            ], exclude: ["MediaServers.docc"]),
        product(
            "Switches", ["EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio", log, metrics],
            exclude: ["Switches.docc"]),
        product(
            "CallControlTesting",
            ["EventLoops", "TLibrary", "CallModel", "CallControl", "Switches", log, deque, heap],
            exclude: ["CallControlTesting.docc"]),
        // Of the program what reads files and requests.
        .target(
            name: "callcontrol",
            dependencies: [
                "EventLoops", "TLibrary", "CallModel", "CallControl", "MediaServers", "Switches", "Yams", log, metrics,
            ],
            path: "Product/callcontrol", exclude: ["callcontrol.docc"],
            sources: [
                "Configuration", "Records", "Admin/HTTPResponse.swift", "Admin/HTTPRequestDecoder.swift",
                "Admin/HTTPRequest.swift", "Output/JSON.swift", "Output/PrintableText.swift",
            ], swiftSettings: settings),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio", "MediaServers", "Switches",
                "CallControlTesting", "callcontrol", log,
            ], path: "Sources/fuzz", swiftSettings: settings,
            linkerSettings: [.unsafeFlags([runtime, "-lstdc++"].filter { !$0.isEmpty })]),
    ],
    swiftLanguageModes: [.v6]
)
