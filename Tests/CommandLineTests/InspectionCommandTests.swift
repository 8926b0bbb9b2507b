import CallModel
import EventLoops
import Foundation
import TestSupport
import Testing

@testable import callcontrol

/// `serve --metrics`, and the commands that look into it, as processes.
@Suite(.hangLimit) struct `The program from inside` {
    /// A server with a call whose recording is on.
    private final class Fixture {
        let server: Program.Running
        let metrics: String
        let call: String
        private let file: String

        init(_ arguments: [String], configured: String = "") throws {
            file = try Program.file(
                """
                server: { listen: "127.0.0.1:0", shards: 2\(configured) }
                switch:
                  dns:
                    - { dn: "5001", type: extension }
                    - { dn: "5002", type: extension }
                media: { servers: [ { kind: simulated } ] }
                """)
            server = try Program.start(["serve", "--config", file] + arguments)
            let address = try #require(server.firstLine()).replacing("listening on ", with: "")
            let second = try #require(server.firstLine())
            metrics = second.replacing("metrics on ", with: "")
            #expect(second.hasPrefix("metrics on 127.0.0.1:"))
            func ask(_ arguments: String...) throws -> Program.Run {
                try Program.run(Array(arguments.prefix(2)) + ["--server", address] + arguments.dropFirst(2))
            }
            let made = try ask("call", "make", "--dn", "5001", "--to", "5002")
            call = try #require(made.output.split(separator: " ").first { $0.count == 16 }.map(String.init))
            _ = try ask("call", "answer", "--dn", "5002", "--call", call)
            _ = try ask("record", "start", "--dn", "5002", "--call", call, "--id", "r1")
        }

        deinit {
            _ = server.end()
            Program.remove(file)
        }
    }

    @Test func `shows sessions and a call as tables, and as JSON`() throws {
        let scene = try Fixture(["--metrics", "0"])
        let table = try Program.run(["call", "show", scene.call.uppercased(), "--metrics", scene.metrics])
        #expect(table.status == 0, "\(table.errors)")
        let lines = table.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("call \(scene.call)  internal  ") == true)
        #expect(table.output.contains("recording  r1 of 5002: on (request), wanted on, phase on, at simulated, file "))
        #expect(table.output.contains("  r1: wished on (request) by session "))
        let json = try Program.run(["call", "show", scene.call, "--metrics", scene.metrics, "--json"])
        #expect(try JSONDecoder().decode(ShownCall.self, from: Data(json.output.utf8)).recordings.count == 1)
        #expect(json.output.split(separator: "\n").count == 1)

        let sessions = try Program.run(["sessions", "--metrics", scene.metrics])
        #expect(sessions.status == 0 && sessions.output.hasPrefix("ID "))
        let page = try Program.run(["sessions", "--metrics", scene.metrics, "--json"])
        #expect(try JSONDecoder().decode(SessionPage.self, from: Data(page.output.utf8)).next == nil)
        #expect(scene.server.end() == 0)
    }

    @Test func `is told by the configuration where to listen, too`() throws {
        let scene = try Fixture([], configured: ", metrics: 0")
        #expect(try Program.run(["sessions", "--metrics", scene.metrics]).status == 0)
    }

    @Test func `exits with 1 where there is no such call, or nobody answers`() throws {
        let scene = try Fixture(["--metrics", "127.0.0.1:0"])
        let unknown = try Program.run(["call", "show", "1", "--metrics", scene.metrics])
        #expect(unknown.status == 1 && unknown.output.isEmpty && unknown.errors == "No call has this ConnID.\n")
        let nobody = try Program.run(["sessions", "--metrics", "1", "--json"])
        #expect(nobody.status == 1 && nobody.errors == "cannot connect to 127.0.0.1:1: connection refused\n")
    }

    @Test func `exits with 1 where the port of metrics is in use, and says so before it takes a session`() throws {
        let scene = try Fixture(["--metrics", "0"])
        let file = try Program.file("server: { listen: \"127.0.0.1:0\" }\nmedia: { servers: [] }\n")
        defer { Program.remove(file) }
        let run = try Program.run(["serve", "--config", file, "--metrics", scene.metrics, "--log-level", "error"])
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(run.errors == "cannot listen at \(scene.metrics): address already in use\n")
    }

    @Test(arguments: [
        ["sessions"], ["sessions", "--metrics", "nothing"], ["sessions", "--metrics", "0"], ["call", "show"],
        ["call", "show", "zz", "--metrics", "1"], ["call", "show", "1"],
        ["serve", "--config", "/nowhere", "--metrics", "70000"], ["serve", "--config", "/nowhere", "--metrics", "a:b"],
    ])
    func `exits with 64 where it is used wrongly`(_ arguments: [String]) throws {
        let run = try Program.run(arguments)
        #expect(run.status == 64 && run.output.isEmpty && !run.errors.isEmpty)
    }
}

@Suite struct `An address of metrics` {
    @Test func `is a port, an address and a port, or none`() throws {
        func read(_ text: String) throws -> String? {
            try configuration("server: { metrics: \(text) }").metrics?.description
        }
        #expect(try configuration("").metrics == nil)
        #expect(try read("\"\"") == nil)
        #expect(try read("9090") == "127.0.0.1:9090")
        #expect(try read("\"[::]:9090\"") == "[::]:9090")
        #expect(try read("localhost:0") == "127.0.0.1:0")
        for text in ["70000", "9090x", "example.org:80", "\":80\"", "\"0.0.0.0\""] {
            #expect(throws: ConfigurationError.self) { try read(text) }
        }
    }
}
