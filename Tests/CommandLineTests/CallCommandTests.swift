import TestSupport
import Testing

/// `callcontrol call`, against `callcontrol serve`.
@Suite(.hangLimit) struct `The command call` {
    @Test(arguments: [
        ["transfer"], ["transfer", "--initiate"], ["transfer", "--complete"], ["transfer", "--to", "2", "--complete"],
        ["transfer", "--mute", "--initiate", "--to", "2"], ["transfer", "--to", "2", "--consult", "1"],
        ["conference"], ["conference", "--complete"], ["conference", "--mute", "--to", "2"], ["remove"],
        ["alternate"], ["reconnect", "--held", "0"], ["merge", "--with", "2"],
        ["merge", "--with", "2", "--type", "both"], ["redirect"],
    ])
    func `exits with 64 where it is not told what to do`(_ arguments: [String]) throws {
        let target = ["--server", "127.0.0.1:1", "--dn", "1", "--call", "1"]
        let run = try Program.run(["call", arguments[0]] + target + arguments.dropFirst())
        #expect(run.status == 64)
        #expect(!run.errors.isEmpty && run.output.isEmpty)
    }

    @Test func `transfers, in one step and in two`() throws {
        let office = try Office()
        defer { office.close() }
        let call = try office.talk("5001", "5002")
        let blind = try office.ask("transfer", "--dn", "5002", "--call", call, "--to", "5003")
        #expect(blind.words == ["EventReleased", "5002", call] + "with 5001 from 5001 to 5002 (Transferred)".words)
        #expect(try office.ask("answer", "--dn", "5003", "--call", call).status == 0)

        let begun = try office.ask("transfer", "--dn", "5003", "--call", call, "--initiate", "--to", "5002")
        let consultation = try #require(begun.calls.last)
        #expect(begun.calls == [call, consultation] && call != consultation)
        #expect(begun.output.contains("consultation of call \(call), with 5002"))
        #expect(try office.ask("answer", "--dn", "5002", "--call", consultation).status == 0)
        let completed = try office.ask(
            "transfer", "--dn", "5003", "--call", call, "--complete", "--consult", consultation, "--json")
        #expect(completed.output.contains("\"event\":\"EventReleased\""))
        #expect(completed.output.contains("\"callState\":1"))
        #expect(try office.ask("release", "--dn", "5003", "--call", call).errors.hasPrefix("refused: 470 "))
        #expect(try office.ask("release", "--dn", "5002", "--call", call).status == 0)
    }

    @Test func `confers, in one step and in two, and lets one party go`() throws {
        let office = try Office()
        defer { office.close() }
        let call = try office.talk("5001", "5002")
        let added = try office.ask("conference", "--dn", "5002", "--call", call, "--to", "5003")
        #expect(added.words.prefix(5) == ["EventPartyAdded", "5002", call, "5003", "came,"])
        #expect(try office.ask("answer", "--dn", "5003", "--call", call).status == 0)
        let removed = try office.ask("remove", "--dn", "5001", "--call", call, "--party", "5003")
        #expect(removed.words.prefix(5) == ["EventPartyDeleted", "5001", call, "5003", "left,"])

        let begun = try office.ask("conference", "--dn", "5002", "--call", call, "--initiate", "--to", "5003")
        let consultation = try #require(begun.calls.last)
        #expect(try office.ask("answer", "--dn", "5003", "--call", consultation).status == 0)
        let completed = try office.ask(
            "conference", "--dn", "5002", "--call", call, "--complete", "--consult", consultation)
        #expect(completed.words.prefix(3) == ["EventReleased", "5002", consultation])
        let cleared = try office.ask("clear", "--dn", "5003", "--call", call)
        #expect(cleared.words.prefix(3) == ["EventReleased", "5003", call] && cleared.words.last == "(Cleared)")
    }

    @Test func `goes to and fro between two calls, and makes one of them`() throws {
        let office = try Office()
        defer { office.close() }
        let main = try office.talk("5001", "5002")
        #expect(try office.ask("hold", "--dn", "5002", "--call", main).status == 0)
        let other = try office.talk("5002", "5003")
        let alternated = try office.ask("alternate", "--dn", "5002", "--call", other, "--held", main)
        #expect(alternated.words.prefix(3) == ["EventHeld", "5002", other])
        let back = try office.ask("reconnect", "--dn", "5002", "--call", main, "--held", other)
        #expect(back.words.prefix(3) == ["EventReleased", "5002", main])

        let third = try office.talk("5001", "5003")
        let merged = try office.ask("merge", "--dn", "5003", "--call", other, "--with", third, "--type", "transfer")
        #expect(merged.words.prefix(3) == ["EventReleased", "5003", third])
        #expect(try office.ask("release", "--dn", "5001", "--call", other).status == 0)
    }

    @Test func `redirects a call that rings, and predicts one that nobody waits for`() throws {
        let office = try Office()
        defer { office.close() }
        let made = try office.ask("make", "--dn", "5001", "--to", "5002")
        let call = try #require(made.calls.first)
        let redirected = try office.ask("redirect", "--dn", "5002", "--call", call, "--to", "5003")
        #expect(redirected.words.first == "EventReleased" && redirected.words.last == "(Redirected)")
        let predicted = try office.ask("predict", "--dn", "6500", "--to", "5002", "--timeout", "60")
        #expect(predicted.words.prefix(2) == ["EventDialing", "6500"])
        let refused = try office.ask("predict", "--dn", "6500", "--to", "6500", "--timeout", "0")
        #expect(refused.status == 64)
    }
}

/// A server, and what is asked of it.
private struct Office {
    private let server: Program.Running
    private let address: String
    private let file: String

    init() throws {
        file = try Program.file(
            """
            server: { listen: "127.0.0.1:0" }
            switch:
              dns:
                - { dn: "5001", type: extension }
                - { dn: "5002", type: extension }
                - { dn: "5003", type: extension }
                - { dn: "6500", type: acd-queue }
            media: { servers: [ { kind: simulated } ] }
            """)
        server = try Program.start(["serve", "--config", file])
        address = try #require(server.firstLine()).replacing("listening on ", with: "")
    }

    func close() {
        _ = server.end()
        Program.remove(file)
    }

    func ask(_ arguments: String...) throws -> Program.Run {
        try Program.run(["call", arguments[0], "--server", address] + arguments.dropFirst())
    }

    /// A call that is answered.
    func talk(_ caller: String, _ called: String) throws -> String {
        let call = try #require(try ask("make", "--dn", caller, "--to", called).calls.first)
        #expect(try ask("answer", "--dn", called, "--call", call).status == 0)
        return call
    }
}

extension String {
    fileprivate var words: [String] { split { $0 == " " || $0 == "\n" }.map(String.init) }
}

extension Program.Run {
    fileprivate var words: [String] { output.words }

    /// The call of each line.
    fileprivate var calls: [String] {
        output.split(separator: "\n").compactMap { line in
            line.split { $0 == " " }.dropFirst(2).first.map(String.init)
        }
    }
}
