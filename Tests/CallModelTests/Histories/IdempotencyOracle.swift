import TLibrary

@testable import CallModel

/// Watches requests that are asked more than once: none does a thing twice, and with other contents none does anything.
struct IdempotencyOracle {
    private struct First {
        var digest: UInt64
        var time: Duration
    }

    private var firsts: [IdempotencyKey: First] = [:]
    private(set) var repeats = 0
    private(set) var faults: [String] = []

    mutating func see(_ input: CallInput, _ outcome: CallOutcome, at now: Duration) {
        guard case .repeatable(let request, let repeatable, _) = input, repeatable.scope == .call,
            !repeatable.id.isEmpty
        else { return }
        // Judged anew each time. A refusal of the second call that a request names has the same code and is remembered.
        if let reply = outcome.reply, reply.content == .refused(.callHasEnded) { return }
        guard let first = firsts[repeatable], now - first.time <= .seconds(60) else {
            firsts[repeatable] = First(digest: repeatable.digest, time: now)
            return
        }
        repeats += 1
        let isHarmless =
            outcome.media.isEmpty && outcome.switching == nil && outcome.events.isEmpty && outcome.transitions.isEmpty
            && outcome.joined.isEmpty && outcome.left.isEmpty && outcome.deadlines.isEmpty
        if !isHarmless { faults.append("\(request.reference) does again what was done") }
        if first.digest != repeatable.digest, outcome.refusal != .invalidAttribute {
            faults.append("\(request.reference) says something else under the same request-id, and is not refused")
        }
        if first.digest == repeatable.digest, let reply = outcome.reply {
            faults.append("\(request.reference) is judged anew: \(reply.content)")
        }
    }
}
