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
        guard let outcome = outcomes.first, outcomes.count == 1 else { return "\(outcomes.count) EventPrivateInfo" }
        return acknowledgement < outcome ? nil : "EventPrivateInfo before EventACK"
    }

    /// The changes come before the outcome: what it says is what has been seen.
    private var outcomeFaults: [String] {
        var seen: [DirectoryNumber: Lamp] = [:]
        var known: Set<String> = []
        var faults: [String] = []
        for event in client.events {
            if let recording = CallView.recording(in: event), let dn = event.thisDN {
                let id = recording.first("id")?.text ?? ""
                known.insert("\(dn) \(id)")
                seen[dn, default: Lamp()].set(id, recording.first("state")?.text ?? "")
            }
            guard event.message == .eventPrivateInfo else { continue }
            for pair in event.extensions?.first("recordings")?.list ?? [:] {
                let (id, told) = (pair.key, pair.value.list?.first("state")?.text ?? "")
                for (dn, lamp) in seen where known.contains("\(dn) \(id)") && lamp.state(of: id) != told {
                    let reference = event.referenceID ?? .none
                    faults.append(
                        "\(client.name): \(id) is \(told) by the outcome of \(reference), but "
                            + "\(lamp.state(of: id)) by the changes on \(dn)")
                }
            }
        }
        return faults
    }
}
