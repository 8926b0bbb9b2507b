import Foundation
import TestSupport
import Testing

@testable import callcontrol

/// `callcontrol recordings`, and `serve` with records, as processes.
@Suite(.hangLimit) struct `The program with records` {
    private let scene: RecordScene

    init() throws { scene = try RecordScene() }

    private func write(_ lines: [String]) throws -> String {
        try (lines.joined(separator: "\n") + "\n").write(toFile: scene.options.file, atomically: true, encoding: .utf8)
        return scene.options.file
    }

    private static func line(_ id: String) -> String { JSON(RecordScene.record(id)).text }

    @Test func `prints a table, and some of it where that is asked for`() throws {
        let file = try write(["r1", "r2"].map(Self.line))
        let table = try Program.run(["recordings", "--file", file])
        #expect(table.status == 0 && table.errors.isEmpty)
        #expect(table.output.split(separator: "\n").count == 1 + 2 * 4)
        #expect(table.output.contains("nothing captured 21:07:01.000 to 21:07:19.000, 18.000 s, paused"))
        let one = try Program.run(["recordings", "--file", file, "--json", "--id", "r2", "--call", "007002833C4F1A01"])
        #expect(one.output == Self.line("r2") + "\n")
        let none = try Program.run(["recordings", "--file", file, "--json", "--call", "1"])
        #expect(none.output.isEmpty && none.status == 0)
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
        func ask(_ arguments: String...) throws -> Program.Run {
            try Program.run(Array(arguments.prefix(2)) + ["--server", address] + arguments.dropFirst(2))
        }
        let made = try ask("call", "make", "--dn", "5001", "--to", "5002")
        let call = try #require(made.output.split(separator: " ").first { $0.count == 16 }.map(String.init))
        _ = try ask("call", "answer", "--dn", "5002", "--call", call)
        for number in 1...recordings {
            #expect(try ask("record", "start", "--dn", "5002", "--call", call, "--id", "r\(number)").status == 0)
            #expect(try ask("record", "stop", "--dn", "5002", "--call", call).status == 0)
        }
        return server.end()
    }
}
