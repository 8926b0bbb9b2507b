import Foundation
import TestProcesses
import TestSupport
import Testing

/// The server as a process: signals, ports, and what it says when it cannot begin.
@Suite(.serialized, .hangLimit) struct `The program serve` {
    private func configuration(_ more: String = "", port: Int = 0) throws -> String {
        try Program.file(
            """
            server: { listen: "127.0.0.1:\(port)", shards: 1 }
            switch: { dns: [ { dn: "5001", type: extension, record: true }, { dn: "5002", type: extension } ] }
            media: { servers: [ { kind: simulated } ] }
            \(more)
            """)
    }

    @Test func `goes on after SIGHUP, opens its log anew, and ends in order at SIGTERM`() throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "callcontrol-\(UUID().uuidString).log").path
        let file = try configuration("log: { file: \(log) }")
        defer { for path in [file, log, "\(log).1"] { Program.remove(path) } }
        let server = try Program.start(["serve", "--config", file])
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")
        for _ in 0..<3 { server.send(SIGHUP) }
        let made = try Program.run(["call", "make", "--server", address, "--dn", "5001", "--to", "5002"])
        #expect(made.status == 0)
        try FileManager.default.moveItem(atPath: log, toPath: "\(log).1")
        server.send(SIGHUP)
        while !FileManager.default.fileExists(atPath: log) { Thread.sleep(forTimeInterval: 0.01) }
        #expect(server.end() == 0)
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text.contains(" info callcontrol: The engine stops: recordings are ended.\n"))
        #expect(try String(contentsOfFile: "\(log).1", encoding: .utf8).contains("SIGHUP"))
    }

    @Test func `says that a port is in use, and nothing else`() throws {
        let file = try configuration()
        defer { Program.remove(file) }
        let server = try Program.start(["serve", "--config", file])
        defer { _ = server.end() }
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")
        let port = try #require(Int(address.split(separator: ":").last ?? ""))
        let said = "cannot listen at 127.0.0.1:\(port): address already in use\n"
        let same = try configuration(port: port)
        defer { Program.remove(same) }
        let second = try Program.run(["serve", "--config", same])
        #expect(second.status == 1 && second.output.isEmpty && second.errors == said)
        let third = try Program.run(["serve", "--config", file, "--metrics", "\(port)"])
        #expect(third.status == 1 && third.output.isEmpty && third.errors == said)
    }

    @Test func `says that its log cannot be written`() throws {
        let file = try configuration("log: { file: /nowhere/log }")
        defer { Program.remove(file) }
        let run = try Program.run(["serve", "--config", file])
        #expect(run.status == 1)
        #expect(run.errors == "cannot write the log to /nowhere/log: No such file or directory\n")
    }

    @Test func `takes no password from the command line, and says where to put it`() throws {
        let run = try Program.run(["monitor", "--server", "127.0.0.1:1", "--dn", "1", "--password", "secret"])
        #expect(run.status == 64)
        #expect(run.errors.contains("--password-file") && run.errors.contains("CALLCONTROL_PASSWORD"))
        #expect(!run.errors.contains("secret"))
    }

    @Test func `takes the password from a file on both sides`() throws {
        let secret = try Program.file("a *b &c\n")
        let file = try Program.file(
            """
            server: { listen: "127.0.0.1:0", shards: 1, password-file: \(secret) }
            switch: { dns: [ { dn: "5001", type: extension } ] }
            media: { servers: [] }
            """)
        defer { for path in [file, secret] { Program.remove(path) } }
        let server = try Program.start(["serve", "--config", file])
        defer { _ = server.end() }
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")
        let ask = ["call", "clear", "--server", address, "--dn", "5001", "--call", "1"]
        #expect(try Program.run(ask).errors.hasPrefix("refused: 119 "))
        #expect(try Program.run(ask + ["--password-file", secret]).errors.contains("refused: 56 "))
        #expect(try Program.run(ask + ["--password-file", "/nowhere"]).status == 64)
    }

    @Test(arguments: [[], ["--json"]])
    func `leaves no lamp on behind it in a monitor when it is killed`(_ options: [String]) throws {
        let file = try configuration()
        defer { Program.remove(file) }
        let server = try Program.start(["serve", "--config", file])
        let address = try #require(server.firstLine()).replacing("listening on ", with: "")
        let monitor = try Program.start(["monitor", "--server", address, "--dn", "5001"] + options)
        defer { _ = monitor.end() }
        _ = try #require(monitor.firstLine())
        let made = try Program.run(["call", "make", "--server", address, "--dn", "5001", "--to", "5002"])
        let call = try #require(made.output.split(separator: " ").first { $0.count == 16 }.map(String.init))
        _ = try Program.run(["call", "answer", "--server", address, "--dn", "5002", "--call", call])
        let isText = options.isEmpty
        func isLamp(_ line: String) -> Bool { isText ? line.contains("  lamp  ") : line.hasPrefix("{\"lamp\":") }
        var line = try #require(monitor.firstLine())
        while !isLamp(line) { line = try #require(monitor.firstLine()) }
        #expect(line.contains(isText ? "● On" : "\"On\""))
        server.send(SIGKILL)
        line = try #require(monitor.firstLine())
        while !isLamp(line) { line = try #require(monitor.firstLine()) }
        #expect(line.contains("unknown") && line.contains(call))
    }
}
