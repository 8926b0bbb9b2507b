import CallControl
import CallModel
import TLibrary

@testable import Switches

/// What a SIP server says on the feed: lines, events, and the calls that they tell of.
func readFeed(_ input: Input) {
    var lines = LineSplitter(limit: 2_048)
    var calls = FeedCallTable(directory, commandLimit: 16)
    var begun: UInt64 = 0
    for piece in input.pieces {
        lines.append(Array(piece).span)
        while case .line(let line) = lines.next() {
            guard let event = try? FeedEvent(line: line) else { continue }
            var outcome = FeedEffects()
            try? calls.take(
                event,
                begin: { _ in
                    guard begun < 20 else { return nil }
                    begun += 1
                    return ConnectionID(rawValue: begun)
                }, &outcome)
            while calls.agreeOn(&outcome) {}
        }
    }
    var outcome = FeedEffects()
    calls.lose(RequestError(.resourceUnavailable, "The peer is lost."), &outcome)
}

private let directory = Directory([
    .init(number: "5001", type: .extension), .init(number: "5002", type: .extension),
    .init(number: "9000", type: .routingPoint), .init(number: "T1", type: .trunk),
])
