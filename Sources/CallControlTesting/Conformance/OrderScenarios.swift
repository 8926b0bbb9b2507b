import CallModel
import TLibrary

extension ConformanceScenario {
    static let orders = [
        ConformanceScenario("A name of the longest length, and one that was taken, are no matter") { run in
            let long = String(repeating: "n", count: 200)
            var all: [FixtureRecording] = []
            for _ in 0..<2 {
                for name in [long, "-rf", "a..b", "_"] {
                    var recording = try await run.newRecording()
                    try await run.start(&recording, file: name)
                    try await run.expectFile(recording.file, "of a strange name")
                    all.append(recording)
                    try await run.stop(recording)
                }
            }
            try await run.expectApart(all)
        },
        ConformanceScenario("What clients pass on with an order harms nothing") { run in
            for order in hostileOrders {
                var recording = try await run.newRecording(id: order.id)
                let answer = try await run.ask(order.verb(recording), to: recording, "a start with hostile values")
                // A media server may turn such an order down.
                if case .refused = answer { continue }
                try await run.accept(answer, of: &recording)
                try await run.expectFile(recording.file, "after a start with hostile values")
                try await run.stop(recording)
            }
            var plain = try await run.newRecording()
            try await run.start(&plain)
            try await run.expect(plain, captures: true, "after starts with hostile values")
        },
    ]

    private struct HostileOrder {
        var id = "rec-1"
        var anchor: DirectoryNumber = "5001"
        var uuid = "U"
        var destination = ""
        var second = ""
        var parameters: KeyValueList = [:]

        func verb(_ recording: FixtureRecording) -> MediaCommand.Verb {
            .start(
                StartParameters(
                    fileName: "hostile", anchor: anchor, callUUID: uuid, session: recording.session,
                    destination: destination, secondDestination: second, parameters: parameters))
        }
    }

    private static let hostileOrders = [
        HostileOrder(destination: "../../../../tmp", second: "/etc/passwd"),
        HostileOrder(destination: "/proc/self/mem", second: "file:///dev/full"),
        HostileOrder(destination: String(repeating: "d", count: 1_024), second: String(repeating: "/", count: 1_024)),
        HostileOrder(destination: "a b\u{0}c\r\nd%s%n", second: "d3:foo3:bare 'x' \"y\" ;$(z)"),
        HostileOrder(id: String(repeating: "i", count: 128), uuid: String(repeating: "U", count: 255)),
        HostileOrder(id: "..", anchor: "../5001", uuid: "../../x"),
        HostileOrder(parameters: ["record": .string("all"), "\n": .string(""), "call-id": .string("another's")]),
        HostileOrder(parameters: ["list": .list(["deep": .list(["deeper": .integer(-1)])]), "n": .integer(.min)]),
        HostileOrder(parameters: ["long": .string(String(repeating: "p", count: 4_000))]),
    ]
}
