import Foundation
import TLibrary

/// Inputs to begin with that are sound requests, as the product's own encoder writes them.
enum WireSeeds {
    private static let call = ConnectionID(rawValue: 0x0068_8154_6BF9_4003)
    private static let data: KeyValueList = [
        "Account": .string("17"), "list": .list(["n": .integer(-1), "b": .binary([0, 255])]),
    ]

    private static let operations: [(name: String, operation: TLibrary.Operation)] = [
        ("register-client", .registerClient(RegisterClient(applicationName: "fuzz"))),
        ("register-address", .registerAddress(.share)), ("query-server", .queryServer),
        ("make-call", .makeCall(MakeCall(otherDN: "5002"))), ("answer-call", .answerCall),
        ("hold-call", .holdCall), ("retrieve-call", .retrieveCall), ("release-call", .releaseCall),
        ("route-call", .routeCall(RouteCall(otherDN: "5002", userData: data))), ("query-call", .queryCall(.parties)),
        ("transfer", .singleStepTransfer(Destination(otherDN: "5002", userData: data))),
        ("conference", .completeConference(call)), ("attach", .attachUserData(data)), ("update", .updateUserData(data)),
        ("delete-pair", .deletePair("Account")), ("start", .privateService(4_013)), ("pause", .privateService(4_015)),
    ]

    static func write(to directory: URL) throws {
        for (number, seed) in operations.enumerated() {
            let request = Request(
                seed.operation, reference: ReferenceID(rawValue: Int32(number + 1)), thisDN: "5001", connection: call,
                reasons: ["why": .string("fuzz")],
                extensions: ["record": .string("source"), "request-id": .string("\(number)"), "max-pause": .integer(5)])
            var frame: [UInt8] = []
            request.encode(to: &frame)
            try write(frame, seed.name, .frames, directory)
            // A first byte of 0: all of it comes on an open session. Then pieces, each of which begins with a byte that
            // says how long it is: the length of a frame begins with one that is 0.
            try write([0] + frame, seed.name, .session, directory)
        }
        try write(data.packed, "data", .lists, directory)
        try write(KeyValueList().packed, "empty", .lists, directory)
    }

    private static func write(_ bytes: [UInt8], _ name: String, _ target: Target, _ directory: URL) throws {
        let folder = directory.appending(path: target.rawValue)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: folder.appending(path: name))
    }
}
