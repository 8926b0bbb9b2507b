import CallControl
import Foundation
import TestProcesses
import TestSupport
import Testing

@testable import callcontrol

/// The program itself, as a process: what it prints and how it ends.
@Suite(.hangLimit) struct `The program` {
    @Test(arguments: [
        ["bogus"], ["serve"], ["record", "start"],
        ["record", "pause", "--server", "127.0.0.1:1", "--dn", "1", "--call", "zz"],
        ["record", "pause", "--server", "127.0.0.1:1", "--dn", "1", "--call", "1", "--max-pause", "0"],
        ["monitor", "--server", "127.0.0.1:1"], ["check", "--config", "/nowhere/callcontrol.yaml"],
        ["serve", "--config", "/nowhere/callcontrol.yaml"],
        ["call", "make", "--server", "nothing", "--dn", "1", "--to", "2"],
        ["agent", "login", "--server", "127.0.0.1:1", "--dn", "1"],
        ["agent", "ready", "--server", "127.0.0.1:1", "--dn", "1", "--work-mode", "8"],
    ])
    func `exits with 64 where it is used wrongly`(_ arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 64)
        #expect(!run.errors.isEmpty)
        #expect(run.output.isEmpty)
    }

    @Test func `exits with 1 where nobody serves`() throws {
        let run = try Program.run(["call", "make", "--server", "127.0.0.1:1", "--dn", "1", "--to", "2"])
        #expect(run.status == 1)
        #expect(run.errors == "cannot connect to 127.0.0.1:1: connection refused\n")
    }

    @Test func `says what is wrong with a configuration, and that it is sound`() throws {
        let sound = try Program.file("server: { name: test }\nrecording: { pause-limit: 5 }\n")
        defer { Program.remove(sound) }
        let unsound = try Program.file("server: { nam: test }\n")
        defer { Program.remove(unsound) }
        let good = try Program.run(["check", "--config", sound])
        #expect(good.status == 0)
        #expect(good.output.hasPrefix("\(sound): sound\n"))
        let bad = try Program.run(["check", "--config", unsound])
        #expect(bad.status == 64)
        #expect(bad.errors.hasPrefix("\(unsound):1: server.nam: unknown key; "))
    }

    @Test func `lists the options of the configuration`() throws {
        let all = try Program.run(["options"])
        #expect(all.status == 0 && all.errors.isEmpty)
        for row in ConfigurationOptions.rows { #expect(all.output.contains("\(row.path)\n    "), "\(row.path)") }
        let one = try Program.run(["options", "limits.window"])
        #expect(
            one.output == """
                limits.window
                    number of requests; 1 to 1000000; default 1024
                    CALLCONTROL_LIMITS_WINDOW
                    Unanswered requests of a session. At the limit reading from the session is
                    paused.

                """)
        let entries = try Program.run(["options", "switch.dns", "--json"])
        let objects = try entries.output.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        #expect(
            objects.compactMap { $0["option"] } == [
                "switch.dns", "switch.dns[].dn", "switch.dns[].type", "switch.dns[].record",
            ])
        #expect(objects.last?["default"] == "false" && objects.last?["bounds"]?.hasPrefix("true, false") == true)
        let unknown = try Program.run(["options", "limit"])
        #expect(unknown.status == 64 && unknown.output.isEmpty)
        #expect(unknown.errors.hasPrefix("unknown option \"limit\": expected one of server, access, "))
    }

    @Test func `has the version that clients see`() throws {
        #expect(try Program.run(["--version"]).output == "\(EngineConfiguration().version)\n")
    }

    @Test func `serves until it is told to end, and is asked by its own commands`() throws {
        let file = try Program.file(
            """
            server: { listen: "127.0.0.1:0" }
            switch:
              dns:
                - { dn: "5001", type: extension }
                - { dn: "5002", type: extension }
            media: { servers: [ { kind: simulated } ] }
            """)
        defer { Program.remove(file) }
        let server = try Program.start(["serve", "--config", file])
        defer { _ = server.end() }
        let line = try #require(server.firstLine())
        let address = line.replacing("listening on ", with: "")
        #expect(address != line)

        func ask(_ arguments: String...) throws -> Program.Run {
            try Program.run(Array(arguments.prefix(2)) + ["--server", address] + arguments.dropFirst(2))
        }
        let made = try ask("call", "make", "--dn", "5001", "--to", "5002")
        #expect(made.status == 0)
        let call = try #require(made.output.split(separator: " ").first { $0.count == 16 }.map(String.init))
        #expect(try ask("call", "answer", "--dn", "5002", "--call", call).status == 0)
        let start = try ask("record", "start", "--dn", "5002", "--call", call, "--id", "r1")
        #expect(start.output == "start done; recording r1 is on\n")
        #expect(start.status == 0)
        let again = try ask("record", "start", "--dn", "5002", "--call", call)
        #expect(again.status == 1)
        #expect(again.errors.hasPrefix("refused: 43 "))
        let pause = try ask("record", "pause", "--dn", "5001", "--call", call, "--json")
        #expect(pause.output.contains("\"result\":\"done\",\"state\":\"paused\""))
        #expect(try ask("record", "stop", "--dn", "5001", "--call", call).status == 0)
        #expect(server.end() == 0)
    }

    @Test func `logs agents in and out, and the monitor says so`() throws {
        let file = try Program.file(
            """
            server: { listen: "127.0.0.1:0" }
            switch:
              dns:
                - { dn: "5001", type: extension }
                - { dn: "5002", type: extension }
                - { dn: "7000", type: acd-queue }
              agents:
                - { id: "1001", record: true }
            media: { servers: [ { kind: simulated } ] }
            """)
        defer { Program.remove(file) }
        let server = try Program.start(["serve", "--config", file])
        defer { _ = server.end() }
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")

        func agent(_ arguments: String...) throws -> Program.Run {
            try Program.run(["agent", arguments[0], "--server", address, "--dn"] + arguments.dropFirst())
        }
        let login = try agent("login", "5001", "--agent", "1001", "--queue", "7000")
        #expect(login.status == 0, "\(login.errors)")
        #expect(
            login.output
                == "EventAgentLogin           5001                        agent 1001 is logged in, queue 7000\n")
        let elsewhere = try agent("login", "5002", "--agent", "1001")
        #expect(elsewhere.status == 1 && elsewhere.errors.hasPrefix("refused: 1704 "))
        let ready = try agent("ready", "5001", "--work-mode", "auto-in", "--json")
        #expect(ready.output.contains("\"agentID\":\"1001\",\"agentWorkMode\":2,\"thisQueue\":\"7000\""))
        let monitor = try Program.start(["monitor", "--server", address, "--dn", "5001"])
        let first = try #require(monitor.firstLine())
        #expect(first.hasSuffix("0 calls; agent 1001 is ready, work mode auto-in, queue 7000"))
        #expect(try agent("not-ready", "5001", "--work-mode", "4").status == 0)
        let second = try #require(monitor.firstLine())
        #expect(second.hasSuffix("agent 1001 is not ready, work mode aux-work, queue 7000"))
        #expect(second.contains("  EventAgentNotReady "))
        #expect(monitor.end() == 0)
        #expect(try agent("logout", "5001").status == 0)
        #expect(try agent("logout", "5001").errors.hasPrefix("refused: 1707 "))
    }

    @Test func `shows its main job with nothing configured`() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let run = try Program.run(["demo", "--directory", directory])
        #expect(run.status == 0, "\(run.errors)")
        let lamps = run.output.split(separator: "\n").filter { $0.contains(" lamp ") }.map { $0.suffix(8) }
        #expect(lamps.map { $0.drop { $0.isWhitespace || $0.isNumber } } == ["● On", "◐ Paused", "● On", "○ Off"])
        let files = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(files.filter { $0.hasSuffix(".wav") }.count == 1)
        #expect(run.output.contains("is silence in the file."))
    }
}

/// `callcontrol`, as it was built beside these tests.
enum Program {
    struct Run {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A process that goes on.
    struct Running {
        fileprivate let process: ChildProcess
        fileprivate let output: FileHandle

        /// What it printed first, without its end; `nil` where it ended before.
        func firstLine() -> String? {
            var line = Data()
            while let byte = try? output.read(upToCount: 1), !byte.isEmpty {
                if byte == Data("\n".utf8) { return String(decoding: line, as: UTF8.self) }
                line += byte
            }
            return nil
        }

        func send(_ signal: Int32) { process.send(signal) }

        /// Ends it at once, as a crash would.
        func kill() {
            process.send(9)
            process.waitUntilExit()
        }

        /// Tells it to end, and returns its exit status.
        func end() -> Int32 {
            process.terminate()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    /// `fileLimit`: the largest file that it may write, in kB, as where a disk is full.
    static func start(_ arguments: [String], fileLimit: Int? = nil) throws -> Running {
        let output = Pipe()
        var command = [path] + arguments
        if let fileLimit {
            command = ["/bin/bash", "-c", "trap '' XFSZ; ulimit -f \(fileLimit); exec \"$0\" \"$@\""] + command
        }
        let process = try ChildProcess(command[0], Array(command.dropFirst()), output: .pipe(output))
        return Running(process: process, output: output.fileHandleForReading)
    }

    /// Runs it to its end. What it prints goes through files, which never fill up.
    static func run(_ arguments: [String]) throws -> Run {
        let (output, errors) = (try file(""), try file(""))
        defer {
            remove(output)
            remove(errors)
        }
        let process = try ChildProcess(
            path, arguments, output: try stream(output), errors: try stream(errors))
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    static func file(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString).yaml").path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    private static var path: String { Bundle.main.bundleURL.appending(path: "callcontrol").path }

    private static func stream(_ path: String) throws -> ChildProcess.Stream {
        .file(try FileHandle(forWritingTo: URL(filePath: path)))
    }
}
