import Testing

struct TidyTests {
    @Test func `the tree is there`() {
        #expect(SourceTree.sources.count > 100)
        #expect(SourceTree.files.contains { $0.path == "Package.swift" })
        let targets = Set(SourceTree.sources.map(\.target))
        #expect(targets == Set(TidyRule.modules.keys))
    }

    @Test(arguments: TidyRule.all.indices)
    func `every file keeps the rule`(place: Int) {
        let rule = TidyRule.all[place]
        let faults = rule.faults(in: SourceTree.files)
        #expect(faults.isEmpty, "\(rule.name): \(faults.joined(separator: ", "))")
    }
}

/// Each rule sees what breaks it, and lets pass what is like it.
struct TidyRuleTests {
    private func faults(_ rule: TidyRule, _ path: String, _ text: String) -> [String] {
        rule.faults(in: SourceFile(path: path, text: text))
    }

    private func lines(_ count: Int) -> String { String(repeating: "let x = 1\n", count: count) }

    @Test func `long files`() {
        #expect(faults(.shortFiles, "Sources/CallModel/A.swift", lines(400)).isEmpty)
        #expect(faults(.shortFiles, "Tests/A/A.swift", lines(401)) == ["Tests/A/A.swift: 401 lines"])
        #expect(faults(.shortFiles, "README.md", lines(500)).isEmpty)
    }

    @Test func `long functions`() {
        func file(_ count: Int, _ head: String = "    func f() {") -> String {
            "struct S {\n\(head)\n\(String(repeating: "        x()\n", count: count))    }\n\n    var y: Int\n}\n"
        }
        #expect(faults(.shortFunctions, "Sources/A/A.swift", file(68)).isEmpty)
        #expect(faults(.shortFunctions, "Sources/A/A.swift", file(69)) == ["Sources/A/A.swift:2: 71 lines"])
        #expect(faults(.shortFunctions, "Sources/A/A.swift", file(69, "    init(a: Int) {")).count == 1)
        #expect(faults(.shortFunctions, "Sources/A/A.swift", file(69, "    @Test func `a b`() {")).count == 1)
        let wrapped = file(69, "    private func f(\n        a: Int\n    ) {")
        #expect(faults(.shortFunctions, "Sources/A/A.swift", wrapped).isEmpty == false)
        let required = "protocol P {\n    func a()\n    func b()\n\(String(repeating: "    // c\n", count: 80))}\n"
        #expect(faults(.shortFunctions, "Sources/A/A.swift", required).isEmpty)
    }

    @Test func `the world in the pure core`() {
        for line in ["import Foundation", "await x()", "func f() async {}", "actor A {}", "Task { }", "print(x)"] {
            #expect(faults(.pureCore, "Sources/CallModel/Calls/A.swift", line).count == 1, "\(line)")
            #expect(faults(.pureCore, "Sources/TLibrary/A.swift", line).count == 1, "\(line)")
            #expect(faults(.pureCore, "Sources/CallControl/A.swift", line).isEmpty)
        }
        for line in [
            "// We await nothing.", "/// import Foundation", "let awaitsAgent = 1", "x(\"await\")", "factor()",
        ] {
            #expect(faults(.pureCore, "Sources/CallModel/A.swift", line).isEmpty, "\(line)")
        }
    }

    @Test func `unsafe code where it has no place`() {
        for line in ["let x = unsafe y", "nonisolated(unsafe) var x", "@unsafe func f() {}"] {
            #expect(faults(.namedUnsafety, "Sources/CallControl/A.swift", line).count == 1)
            #expect(faults(.namedUnsafety, "Sources/LibuvEventLoops/Loop/A.swift", line).isEmpty)
        }
        #expect(faults(.namedUnsafety, "Sources/TLibrary/Wire/Bytes.swift", "unsafe x").isEmpty)
        #expect(faults(.namedUnsafety, "Sources/TLibrary/Wire/Text.swift", "unsafe x").count == 1)
        #expect(faults(.namedUnsafety, "Sources/A/A.swift", "{ unsafe shard.asUnownedSerialExecutor() }").isEmpty)
        #expect(faults(.namedUnsafety, "Sources/A/A.swift", "unsafe x.asUnownedSerialExecutor(), unsafe y").count == 1)
        #expect(faults(.namedUnsafety, "Sources/A/A.swift", "// unsafe").isEmpty)
    }

    @Test func `loose tasks in the engine`() {
        for line in [
            "Task { await x() }", "Task(priority: .low) {", "Task.detached {", "AsyncStream<Int>.makeStream()",
        ] {
            #expect(faults(.noLooseTasks, "Sources/CallControl/Engine/A.swift", line).count == 1, "\(line)")
            #expect(faults(.noLooseTasks, "Sources/CallControlTesting/A.swift", line).isEmpty)
        }
        #expect(faults(.noLooseTasks, "Sources/CallControl/A.swift", "group.addTask { }").isEmpty)
        #expect(faults(.noLooseTasks, "Sources/CallControl/A.swift", "Task.isCancelled").isEmpty)
    }

    @Test func `sleepers`() {
        for line in ["try await Task.sleep(for: x)", "usleep(1)", "sleep(1)"] {
            #expect(faults(.noSleep, "Sources/MediaServers/A.swift", line).count == 1, "\(line)")
            #expect(faults(.noSleep, "Sources/callcontrol/A.swift", line).isEmpty)
        }
    }

    @Test func `time limits that a busy machine exceeds`() {
        #expect(faults(.oneTimeLimit, "Tests/A/A.swift", "@Suite(.timeLimit(.minutes(1))) struct A {").count == 1)
        #expect(faults(.oneTimeLimit, "Tests/A/A.swift", "@Suite(.hangLimit) struct A {").isEmpty)
        #expect(faults(.oneTimeLimit, "Tests/TestSupport/A.swift", ".timeLimit(.minutes(15))").isEmpty)
    }

    @Test func `C libraries outside their targets`() {
        #expect(faults(.clibuv, "Sources/CallControl/A.swift", "import CLibuv").count == 1)
        #expect(faults(.clibuv, "Sources/LibuvEventLoops/A.swift", "import CLibuv").isEmpty)
    }

    @Test func `imports against the arrows`() {
        for (target, line) in [
            ("TLibrary", "import CallModel"), ("CallModel", "public import CallControl"),
            ("CallControl", "internal import LibuvEventLoops"),
            ("CallControl", "@preconcurrency import Switches"),
            ("LibuvEventLoops", "import TLibrary"), ("Switches", "import TLibraryClient"),
            ("MediaServers", "import struct LibuvEventLoops.EventLoop"), ("callcontrol", "import CallControlTesting"),
            ("CallModel", "@testable import CallModel"),
        ] {
            #expect(faults(.arrows, "Sources/\(target)/A.swift", line).count == 1, "\(target): \(line)")
        }
        #expect(faults(.arrows, "Sources/CallControl/A.swift", "public import TLibrary\nimport Logging").isEmpty)
        #expect(faults(.arrows, "Sources/Novel/A.swift", "").count == 1, "a target that nobody has drawn")
        #expect(faults(.arrows, "Tests/CallModelTests/A.swift", "import CallControl").isEmpty)
    }

    @Test func `what was left for later`() {
        #expect(faults(.noLeftovers, "README.md", "see: TO" + "DO write this").count == 1)
        #expect(faults(.noLeftovers, "Sources/A/A.swift", "// FIX" + "ME").count == 1)
        #expect(faults(.noLeftovers, "Sources/A/A.swift", "let MASTO" + "DON = 1").isEmpty)
    }

    @Test func `documents of elsewhere`() {
        #expect(faults(.ownDocumentsOnly, "Sources/A/A.swift", "/// See sha" + "red/x.").count == 1)
        #expect(faults(.ownDocumentsOnly, "scripts/run", "cd /wo" + "rk/main").count == 1)
        #expect(faults(.ownDocumentsOnly, "Sources/A/A.swift", "/// Shared by all.").isEmpty)
    }

    @Test func `texts and comments are no code`() {
        #expect(CodeLine.strip("let a = \"unsafe // x\" // await") == "let a =  ")
        #expect(CodeLine.strip("a(\"\\\"b\", c)") == "a(, c)")
    }
}
