/// What keeps the house tidy and the compiler does not see.
extension TidyRule {
    static let all: [TidyRule] = [
        shortFiles, shortFunctions, pureCore, namedUnsafety, noLooseTasks, noSleep, oneTimeLimit, clibuv, decoders,
        arrows, noLeftovers, ownDocumentsOnly,
    ]

    static let shortFiles = TidyRule(name: "a file has at most 400 lines", concerns: \.isSwift) { file in
        file.lines.count > 401 ? [": \(file.lines.count - 1) lines"] : []
    }

    static let shortFunctions = TidyRule(name: "a function has at most 70 lines", concerns: \.isSwift) { file in
        FunctionLength.longer(than: 70, in: file.lines)
    }

    static let pureCore = TidyRule.forbids(
        "the wire and the call model are values and functions",
        words: [
            "import Foundation", "import Glibc", "import Dispatch", "import Synchronization", "await", "async", "actor",
            "Task", "ContinuousClock", "SuspendingClock", "print(",
        ],
        in: { ["TLibrary", "CallModel"].contains($0.target) && $0.path.hasPrefix("Sources/") && $0.isSwift })

    static let namedUnsafety = TidyRule(name: "unsafe code stays in few files", concerns: \.isSwift) { file in
        let isNamed = unsafeFiles.contains { file.path.hasPrefix($0) }
        guard !isNamed, !file.present(["unsafe"]).isEmpty else { return [] }
        return file.code.enumerated().flatMap { place, line in
            // What an executor and an actor on it cannot do without.
            let rest = line.replacing(#/unsafe [a-z]+\.asUnownedSerialExecutor\(\)/#, with: "")
                .replacing(#/unsafe job\.runSynchronously\(/#, with: "")
            return contains(rest, "unsafe") ? [":\(place + 1): unsafe"] : []
        }
    }

    /// `WireCursor`: a frame is stored through one pointer, since a bounds check of the array for each field costs more
    /// than the field.
    private static let unsafeFiles = [
        "Sources/LibuvEventLoops/", "Sources/TLibrary/Wire/Bytes.swift", "Sources/TLibrary/Wire/WireCursor.swift",
        "Sources/EventLoops/LoopBound.swift", "Sources/EventLoops/Locked.swift",
        "Sources/MediaServers/BuiltIn/WaveFile.swift",
        "Sources/MediaServers/RTPEngine/Transcoding/AudioDecoders.swift",
        "Sources/MediaServers/RTPEngine/Transcoding/CaptureFile.swift",
        "Sources/callcontrol/Configuration/YAMLEventReader.swift", "Sources/callcontrol/Log/LogDestination.swift",
        "Sources/MediaServers/RTPEngine/Spool/SpoolDirectory.swift", "Sources/callcontrol/Records/AppendFile.swift",
        "Tests/LibuvEventLoopsTests/", "Tests/TestProcesses/", "Tests/TidyTests/", "Benchmarks/",
        "Fuzzing/Sources/fuzz/Fuzzer.swift",
    ]

    static let noLooseTasks = TidyRule.forbids(
        "the engine starts no task of its own accord",
        words: ["Task {", "Task(", "Task.detached", "Task.immediate", "AsyncStream", "AsyncThrowingStream"],
        in: { $0.path.hasPrefix("Sources/CallControl/") && $0.isSwift })

    static let noSleep = TidyRule.forbids(
        "time comes from the shard: nothing sleeps", words: ["sleep(", "usleep(", "nanosleep("],
        in: { $0.path.hasPrefix("Sources/") && $0.target != "callcontrol" && $0.isSwift })

    static let oneTimeLimit = TidyRule.forbids(
        "tests have one time limit, which ends those that hang", words: [".timeLimit("],
        in: { $0.path.hasPrefix("Tests/") && !$0.path.hasPrefix("Tests/TestSupport/") && $0.isSwift })

    static let clibuv = TidyRule.forbids(
        "libuv is known to its runtime alone", words: ["CLibuv"],
        in: { $0.path.hasPrefix("Sources/") && $0.target != "LibuvEventLoops" && $0.isSwift })

    static let decoders = TidyRule.forbids(
        "libopus and libspandsp are known to one file alone", words: ["COpus", "CSpanDSP"],
        in: { file in
            file.path.hasPrefix("Sources/") && file.isSwift
                && file.path != "Sources/MediaServers/RTPEngine/Transcoding/AudioDecoders.swift"
        })

    static let noLeftovers = TidyRule(name: "nothing is left for later") { file in
        let words = file.present(["TO" + "DO", "FIX" + "ME", "XX" + "X"])
        return words.isEmpty ? [] : found(words, in: file.lines)
    }

    /// Whoever reads the package has the package, and nothing else.
    static let ownDocumentsOnly = TidyRule(name: "only documents of this package are cited") { file in
        let places = file.present(
            ["sha" + "red/", "/wo" + "rk/", "spec/reco" + "rding", "wire-pro" + "tocol.md", "des" + "ign.md"])
        return places.isEmpty ? [] : found(places, in: file.lines)
    }
}

/// Where a target's imports may lead: only to its left in
/// `EventLoops ◄ TLibrary ◄ CallModel ◄ CallControl ◄ { LibuvEventLoops, MediaServers, Switches, … } ◄ callcontrol`.
extension TidyRule {
    static let modules: [String: Set<String>] = [
        "EventLoops": [],
        "TLibrary": [],
        "CallModel": ["EventLoops", "TLibrary"],
        "CallControl": ["EventLoops", "TLibrary", "CallModel"],
        "LibuvEventLoops": ["CLibuv", "EventLoops"],
        "RTPAudio": ["EventLoops", "TLibrary", "CallModel"],
        "MediaServers": ["EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio"],
        "Switches": ["EventLoops", "TLibrary", "CallModel", "CallControl", "RTPAudio"],
        "TLibraryClient": ["EventLoops", "TLibrary"],
        "CallControlTesting": ["EventLoops", "TLibrary", "CallModel", "CallControl", "Switches"],
        "callcontrol": [
            "EventLoops", "TLibrary", "CallModel", "CallControl", "LibuvEventLoops", "MediaServers", "Switches",
            "TLibraryClient",
        ],
        "contract-page": ["EventLoops", "TLibrary", "CallModel", "CallControl", "Switches", "CallControlTesting"],
    ]

    static let arrows = TidyRule(
        name: "imports follow the arrows", concerns: { $0.path.hasPrefix("Sources/") && $0.isSwift }
    ) { file in
        guard let allowed = modules[file.target] else { return [": \(file.target) is a target without arrows"] }
        let own = Set(modules.keys).union(["CLibuv"])
        return file.code.enumerated().compactMap { place, line in
            guard let module = imported(line), own.contains(module), !allowed.contains(module) else { return nil }
            return ":\(place + 1): import \(module)"
        }
    }

    private static func imported(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
        let name = kinds.contains(words[place + 1]) ? words.dropFirst(place + 2).first : words[place + 1]
        return name?.split(separator: ".").first.map(String.init)
    }
}
