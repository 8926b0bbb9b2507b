import Foundation
import TestSupport
import Testing

@testable import callcontrol

/// `callcontrol recordings`, and `serve` with records, as processes.
@Suite(.hangLimit) struct `The program with records` {
    private let scene: RecordFixture

    init() throws { scene = try RecordFixture() }

    private func write(_ lines: [String]) throws -> String {
        try (lines.joined(separator: "\n") + "\n").write(toFile: scene.options.file, atomically: true, encoding: .utf8)
        return scene.options.file
    }

    private static func line(_ id: String) -> String { JSON(RecordFixture.record(id)).text }

    @Test func `prints a table, and some of it where that is asked for`() throws {
        let file = try write(["r1", "r2"].map(Self.line))
        let table = try Program.run(["recordings", "--file", file])
        #expect(table.status == 0 && table.errors.isEmpty)
        #expect(table.output.split(separator: "\n").count == 1 + 2 * 5)
        #expect(table.output.contains("nothing captured 21:07:01.000 to 21:07:19.000, 18.000 s, paused"))
        let one = try Program.run(["recordings", "--file", file, "--json", "--id", "r2", "--call", "007002833C4F1A01"])
        #expect(one.output == Self.line("r2") + "\n")
        let none = try Program.run(["recordings", "--file", file, "--json", "--call", "1"])
        #expect(none.output.isEmpty && none.status == 0)
    }

    @Test func `prints what only began as open, last`() throws {
        let began = ["r1", "r2", "r3"].map { JSON(begun: RecordFixture.begun($0)).text }
        let file = try write([began[0], began[1], Self.line("r1"), began[2], Self.line("r3")])
        let table = try Program.run(["recordings", "--file", file])
        #expect(table.status == 0 && table.errors.isEmpty)
        let rows = table.output.split(separator: "\n").filter { $0.hasPrefix("007002833c4f1a01") }
        #expect(rows.map { $0.contains("; open)") } == [false, false, true])
        #expect(rows.last?.hasSuffix("  r2 (request; open)") == true)
        #expect(table.output.hasSuffix("_5001 from 21:06:42.000, built-in, proved by file, pause: silence\n"))
        let lines = try Program.run(["recordings", "--file", file, "--json"])
        #expect(lines.output == [Self.line("r1"), Self.line("r3"), began[1]].map { $0 + "\n" }.joined())
    }

    @Test func `prints days where they differ`() throws {
        let line = Self.line("r1").replacing("2026-11-22T21:08:01", with: "2026-11-24T01:08:01")
        let table = try Program.run(["recordings", "--file", try write([line])])
        #expect(table.output.contains("  2026-11-22 21:06:41.000  2026-11-24 01:08:01.000  5001 "))
        #expect(table.output.contains("_5001 from 21:06:42.000, "))
    }

    @Test func `says that the last line is not whole`() throws {
        let file = try write([Self.line("r1")])
        try scene.write(String(Self.line("r2").prefix(300)), behind: file)
        let run = try Program.run(["recordings", "--file", file, "--json"])
        #expect(run.status == 1 && run.output == "\(Self.line("r1"))\n")
        #expect(run.errors == "\(file):2: is not whole\n")
    }

    @Test func `says which lines are no records, and prints the others`() throws {
        let file = try write([Self.line("r1"), "{\"id\": 1}", "", Self.line("r2").prefix(300) + "", Self.line("r3")])
        let run = try Program.run(["recordings", "--file", file, "--json"])
        #expect(run.status == 1)
        #expect(run.output == "\(Self.line("r1"))\n\(Self.line("r3"))\n")
        #expect(run.errors == [2, 3, 4].map { "\(file):\($0): is no record\n" }.joined())
        #expect(try Program.run(["recordings", "--file", scene.directory + "/nowhere"]).status == 1)
        #expect(try Program.run(["recordings"]).status == 64)
    }

    @Test func `serves, and each recording is a line`() throws {
        let calls = try serve(fileLimit: nil, recordings: 3)
        #expect(scene.ids(scene.options.file) == ["r1", "r2", "r3"])
        #expect(calls == 0)
    }

    @Test func `serves on where the disk takes no more, and keeps whole lines`() throws {
        #expect(try serve(fileLimit: 4, recordings: 5) == 0)
        let ids = scene.ids(scene.options.file)
        #expect(!ids.isEmpty && ids.count < 5)
        #expect(ids == ids.indices.map { "r\($0 + 1)" })
        let size = try FileManager.default.attributesOfItem(atPath: scene.options.file)[.size] as? Int
        #expect(size == scene.lines(scene.options.file).reduce(0) { $0 + $1.utf8.count + 1 })
    }

    @Test func `ends at once where records cannot be written`() throws {
        let file = try configuration("\(scene.directory)/nowhere/file")
        defer { Program.remove(file) }
        let run = try Program.run(["serve", "--config", file])
        #expect(run.status == 1 && run.errors.contains("cannot write records to \(scene.directory)/nowhere/file"))
    }

    @Test func `a second server does not write into the records of the first`() throws {
        let file = try configuration(scene.options.file)
        defer { Program.remove(file) }
        let first = try Program.start(["serve", "--config", file])
        defer { _ = first.end() }
        _ = try #require(first.firstLine())
        let second = try Program.run(["serve", "--config", file])
        #expect(second.status == 1)
        #expect(
            second.errors.contains(
                "cannot write records to \(scene.options.file): another process has locked it\n"))
        #expect(try Program.run(["check", "--config", file]).status == 0)
        first.kill()
        let third = try Program.start(["serve", "--config", file])
        _ = try #require(third.firstLine())
        #expect(third.end() == 0)
    }

    @Test func `each recording that began has one record, after a kill, too`() throws {
        let file = try configuration(scene.options.file)
        defer { Program.remove(file) }
        for round in 1...2 {
            let server = try Program.start(["serve", "--config", file])
            let address = try #require(server.firstLine()).replacing("listening on ", with: "")
            #expect(wait { scene.ids(scene.options.file).count == 2 * (round - 1) }, "the run before is closed")
            try record(["a\(round)", "b\(round)"], at: address, stopsLast: false)
            // All of it is in the file, though nothing follows.
            #expect(wait { scene.begun(scene.options.file).count == 2 * round })
            #expect(wait { scene.ids(scene.options.file).count == 2 * round - 1 })
            server.kill()
        }
        let server = try Program.start(["serve", "--config", file])
        _ = try #require(server.firstLine())
        #expect(server.end() == 0)
        let expected = (1...2).flatMap { ["a\($0)", "b\($0)"] }
        #expect(scene.ids(scene.options.file) == expected && scene.begun(scene.options.file) == expected)
        let table = try Program.run(["recordings", "--file", scene.options.file])
        #expect(table.status == 0 && !table.output.contains("open"))
        #expect(table.output.components(separatedBy: "not-finished").count == 1 + 2)
    }

    /// Waits until `condition` holds, ten seconds at most.
    private func wait(until condition: () -> Bool) -> Bool {
        for _ in 0..<1_000 where !condition() { usleep(10_000) }
        return condition()
    }

    private func configuration(_ records: String) throws -> String {
        try Program.file(
            """
            server: { listen: "127.0.0.1:0" }
            switch:
              dns:
                - { dn: "5001", type: extension }
                - { dn: "5002", type: extension }
            media: { servers: [ { kind: simulated } ] }
            records: { file: "\(records)" }
            """)
    }

    /// Runs a server, no file of whose may be larger than so many kB, records a call, and gives its exit status.
    private func serve(fileLimit: Int?, recordings: Int) throws -> Int32 {
        let file = try configuration(scene.options.file)
        defer { Program.remove(file) }
        let server = try Program.start(["serve", "--config", file], fileLimit: fileLimit)
        defer { _ = server.end() }
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")
        try record((1...recordings).map { "r\($0)" }, at: address)
        return server.end()
    }

    /// Records a call, once for each of these ids.
    private func record(_ ids: [String], at address: String, stopsLast: Bool = true) throws {
        func ask(_ arguments: String...) throws -> Program.Run {
            try Program.run(Array(arguments.prefix(2)) + ["--server", address] + arguments.dropFirst(2))
        }
        let made = try ask("call", "make", "--dn", "5001", "--to", "5002")
        let call = try #require(made.output.split(separator: " ").first { $0.count == 16 }.map(String.init))
        _ = try ask("call", "answer", "--dn", "5002", "--call", call)
        for id in ids {
            #expect(try ask("record", "start", "--dn", "5002", "--call", call, "--id", id).status == 0)
            if stopsLast || id != ids.last {
                #expect(try ask("record", "stop", "--dn", "5002", "--call", call).status == 0)
            }
        }
    }
}
