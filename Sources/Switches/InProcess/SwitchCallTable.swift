import CallControl
import CallModel
import TLibrary

/// The calls of the in-process switch, as it knows them: it alone says what is possible in them.
struct SwitchCallTable: Sendable {
    struct Leg: Sendable {
        var dn: DirectoryNumber
        var index: Directory.Index
        var state: Party.State
    }

    struct Call: Sendable {
        var legs: [Leg] = []
        /// A queue or routing point placed it: once it is answered it waits there.
        var isPredictive = false

        func leg(of dn: DirectoryNumber) -> Leg? {
            legs.first { $0.dn == dn }
        }

        mutating func set(_ dn: DirectoryNumber, to state: Party.State) {
            for place in legs.indices where legs[place].dn == dn { legs[place].state = state }
        }

        mutating func remove(_ dn: DirectoryNumber) {
            legs.removeAll { $0.dn == dn }
        }
    }

    private var calls: [ConnectionID: Call] = [:]

    subscript(connection: ConnectionID) -> Call? { calls[connection] }

    /// Changes a call that is there, or that arises; one without legs is none.
    mutating func change(_ connection: ConnectionID, _ body: (inout Call) -> Void) {
        var call = calls.removeValue(forKey: connection) ?? Call()
        body(&call)
        if !call.legs.isEmpty { calls[connection] = call }
    }

    mutating func remove(_ connection: ConnectionID) -> Call? {
        calls.removeValue(forKey: connection)
    }

    /// Of a call of this engine, whose legs were found in it before.
    func known(_ dn: DirectoryNumber, in connection: ConnectionID) throws(RequestError) -> Leg {
        guard let call = calls[connection] else {
            throw RequestError.callHasEnded
        }
        guard let leg = call.leg(of: dn) else {
            throw RequestError(.partyNotOnCall, "ThisDN is no party of this call.")
        }
        return leg
    }
}
