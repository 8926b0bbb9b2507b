import CallControlTesting
import TLibrary

/// What every request gets, in which order (Recording contract, "Requests at run time").
struct RequestRules {
    let client: SimulatedClient
    /// Requests up to this one may have got lost with a connection.
    let maybeLost: Int
    /// Nothing was conflated, so that what was seen before an outcome can be held against it.
    let keptUp: Bool

    var faults: [String] {
        let events = client.events
        return client.requests.compactMap { request in
            fault(of: request, answers: events.indices.filter { events[$0].referenceID == request.reference })
                .map { "\(client.name), \(request.message) \(request.reference): \($0)" }
        } + (keptUp ? outcomeFaults : [])
    }

    private func fault(of request: Request, answers: [Int]) -> String? {
        if client.isClosed || !client.keptSession { return nil }
        if answers.isEmpty, request.reference.rawValue <= maybeLost { return nil }
        guard case .privateService = request.operation else { return answers.isEmpty ? "no answer" : nil }
        let events = client.events
        let acknowledged = answers.filter { events[$0].message == .eventACK }
        let refused = answers.filter { events[$0].message == .eventError }
        let outcomes = answers.filter { events[$0].message == .eventPrivateInfo }
        guard acknowledged.count + refused.count == 1 else {
            return "\(acknowledged.count) EventACK and \(refused.count) EventError"
        }
        guard let acknowledgement = acknowledged.first else {
            return outcomes.isEmpty ? nil : "EventPrivateInfo after EventError"
        }
        // Where it was asked again, the outcome has gone to whoever asked last.
        if outcomes.isEmpty, wasAskedAgain(request) { return nil }
        guard let outcome = outcomes.first, outcomes.count == 1 else { return "\(outcomes.count) EventPrivateInfo" }
        return acknowledgement < outcome ? nil : "EventPrivateInfo before EventACK"
    }

    private func wasAskedAgain(_ request: Request) -> Bool {
        client.requests[Int(request.reference.rawValue)...].contains { request.isSame(as: $0) }
    }

    private func wasAskedBefore(_ reference: ReferenceID) -> Bool {
        let place = Int(reference.rawValue) - 1
        return client.requests[..<place].contains { client.requests[place].isSame(as: $0) }
    }

    /// The changes come before the outcome: what it says has been seen where the DN is in the call. Of several
    /// recordings, the outcome of one may be known long before that of the last.
    private var outcomeFaults: [String] {
        var seen: [ModelClient.Leg: [String: [String]]] = [:]
        var faults: [String] = []
        for event in client.events {
            guard let dn = event.thisDN else { continue }
            for call in event.extensions?.first("calls")?.list ?? [:] {
                guard let connection = ConnectionID(hex: call.key) else { continue }
                let leg = ModelClient.Leg(dn: dn, connection: connection)
                seen[leg] = Self.states(in: call.value.list ?? [:], after: seen[leg] ?? [:])
            }
            guard let connection = event.connID else { continue }
            let leg = ModelClient.Leg(dn: dn, connection: connection)
            if ModelClient.ends(event.message) { seen[leg] = nil }
            if let recording = CallView.recording(in: event), let id = recording.first("id")?.text {
                seen[leg, default: [:]][id, default: []] += [recording.first("state")?.text ?? "nothing"]
            }
            // An outcome that is told again is as it was then.
            guard event.message == .eventPrivateInfo, !wasAskedBefore(event.referenceID ?? .none) else { continue }
            let outcomes = event.extensions?.first("recordings")?.list ?? [:]
            for pair in outcomes {
                let told = pair.value.list?.first("state")?.text ?? "nothing"
                for (leg, states) in seen where leg.connection == connection {
                    guard let states = states[pair.key] else { continue }
                    let latest = outcomes.count == 1 ? states.suffix(1) : ["off"] + states
                    guard !latest.contains(told) else { continue }
                    faults.append(
                        "\(client.name): \(pair.key) is \(told) by the outcome of "
                            + "\(event.referenceID ?? .none), but \(latest) by the changes on \(leg.dn)")
                }
            }
        }
        return faults
    }

    /// What has been seen of recordings once a snapshot has told of those that are not over.
    private static func states(in call: KeyValueList, after seen: [String: [String]]) -> [String: [String]] {
        var states = seen.mapValues { $0 + ["off"] }
        for recording in call.first("recordings")?.list ?? [:] {
            states[recording.key] =
                (seen[recording.key] ?? []) + [recording.value.list?.first("state")?.text ?? "nothing"]
        }
        return states
    }
}

extension Request {
    /// Whether both are one request by their request-id.
    func isSame(as other: Request) -> Bool {
        guard let id = extensions.first("request-id") else { return false }
        return other.extensions.first("request-id") == id && other.thisDN == thisDN && other.connection == connection
    }
}
