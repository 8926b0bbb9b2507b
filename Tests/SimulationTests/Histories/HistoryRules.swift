import CallControl
import CallControlTesting
import CallModel
import TLibrary

/// All that must be true of a history that has come to its end; what is not, one sentence each.
extension History {
    func findFaults() -> [String] {
        truthFaults + conflationFaults + requestFaults + restFaults + orderFaults + plant.media.flatMap(\.violations)
            + desks.flatMap { desk in desk.client.faults.map { "\(desk.client.name): \($0.message)" } }
    }

    /// Once the engine has stopped.
    var recordFaults: [String] {
        RecordRule(
            shelf: plant.shelf, desks: desks, media: plant.media, options: plant.engine.configuration.recording
        ).faults
    }

    private var truthFaults: [String] {
        let carriages = plant.shelf.carriages
        return (desks.filter(\.client.keptSession).map(\.client) + [witness]).flatMap { client in
            CallView.all(of: client).flatMap { view in
                let truth = Oracle(
                    of: view.connection, from: plant.media, options: plant.engine.configuration.recording,
                    carriages: carriages)
                return [IndicatorRule(truth: truth, view: view).fault, unasked(view)].compactMap { $0 }
            }
        }
    }

    /// What clients that were slow, or lost their connections, got against what one got that kept up.
    private var conflationFaults: [String] {
        let whole = CallView.all(of: witness, whole: true)
        let clients = desks.map(\.client).filter { $0.keptSession && !$0.isClosed }
        let faults = clients.flatMap { client in
            let again = client.requests.filter { $0.extensions.first("request-id") != nil }.map(\.reference)
            return CallView.all(of: client, whole: true).compactMap { view -> String? in
                guard let whole = whole.first(where: { $0.dn == view.dn && $0.connection == view.connection }) else {
                    return "\(view.name) was seen by nobody else"
                }
                return ConflationRule(whole: whole, view: view, repeated: Set(again)).fault
            }
        }
        return faults + (whole.contains(where: \.hasConflated) ? ["the witness did not keep up"] : [])
    }

    /// The lamp moves with a recording's change, and with nothing else.
    private func unasked(_ view: CallView) -> String? {
        var shown: String?
        var number: UInt64 = 0
        for (index, event) in view.events.enumerated() {
            let lamp = CallView.lamp(in: event)
            let mayCome =
                plant.engine.configuration.recording.recordsAfterMerge
                && [.eventPartyChanged, .eventPartyAdded, .eventRetrieved].contains(event.message)
            if index > 0, CallView.recording(in: event) == nil, lamp != shown, !view.hasConflated, !mayCome {
                return "\(view.name): the lamp went to \(lamp ?? "nothing") with \(event.message)"
            }
            shown = lamp
            guard let next = event.sequenceNumber else { continue }
            if next <= number { return "\(view.name): \(event.message) \(next) after \(number)" }
            number = next
        }
        return nil
    }

    /// EventPartyChanged follows all events of its PreviousConnID, and none of those come after it.
    private var orderFaults: [String] {
        desks.flatMap { desk in
            var gone: [ModelClient.Leg: UInt64] = [:]
            var faults: [String] = []
            for event in desk.client.events {
                guard let dn = event.thisDN, let connection = event.connID else { continue }
                let isOfCall = CallView.isCallEvent(event.message) || event.message == .eventPrivateInfo
                if isOfCall, gone[ModelClient.Leg(dn: dn, connection: connection)] != nil {
                    faults.append("\(desk.client.name): \(event.message) of \(connection), which is part of another")
                }
                if event.message == .eventPartyChanged, let previous = event.previousConnID {
                    gone[ModelClient.Leg(dn: dn, connection: previous)] = event.sequenceNumber
                }
            }
            return faults
        }
    }

    private var requestFaults: [String] {
        desks.flatMap { RequestRules(client: $0.client, maybeLost: $0.maybeLost, keptUp: !$0.hasStalled).faults }
    }

    /// Nothing is left once all calls have ended.
    private var restFaults: [String] {
        var faults: [String] = []
        for desk in desks {
            if desk.client.isClosed, !desk.hasStalled { faults.append("\(desk.client.name) was disconnected") }
            guard !desk.hasStalled, !desk.legs.isEmpty else { continue }
            faults.append("\(desk.client.name) still has \(desk.legs.map(\.leg))")
        }
        for server in plant.media {
            // A stop that is never confirmed is given up; then the engine has done what it can.
            for live in server.live where stops(of: live.recording, at: server) < RecordingOptions().tries {
                faults.append("\(server.name) still records \(live.recording)")
            }
        }
        return faults + leftOver
    }

    /// What a client finds that comes when everything is over.
    private var leftOver: [String] {
        let auditor = plant.connect("auditor")
        let dns = EngineFixture.extensions + [EngineFixture.routingPoint, EngineFixture.trunk]
        for dn in dns { auditor.register(dn) }
        plant.simulation.runUntilIdle()
        let snapshots = auditor.events(.eventRegistered)
        guard snapshots.count == dns.count else { return ["\(snapshots.count) of \(dns.count) DNs can be registered"] }
        return snapshots.filter { $0.extensions?.first("calls")?.list?.isEmpty != true }
            .map { "calls are left on \($0.thisDN?.text ?? "")" }
    }

    private func stops(of recording: RecordingID, at server: ScriptedMediaServer) -> Int {
        server.log.sendings.count { $0.command.recording == recording && $0.command.verb == .stop }
    }
}

extension CallView {
    var hasConflated: Bool { isStoodForLater || events.contains { $0.extensions?.first("conflated") != nil } }
}
