import TLibrary

/// What a client's recording lamp shows for a call: `GSIP_RECORD`, in whichever spelling the server uses.
enum Lamp: String, Sendable {
    case on = "On"
    case paused = "Paused"
    case off = "Off"

    /// `nil` where the call has no recording to speak of.
    init?(_ userData: KeyValueList?) {
        switch userData?.first("GSIP_RECORD")?.text?.lowercased() {
        case "on": self = .on
        case "paused": self = .paused
        case "off": self = .off
        default: return nil
        }
    }

    func shown(_ console: Console) -> String {
        switch self {
        case .on: console.paint("● On", .red)
        case .paused: console.paint("◐ Paused", .yellow)
        case .off: console.paint("○ Off", .faint)
        }
    }
}

/// The lamps of all calls on the DNs of a session.
struct Lamps {
    private struct Place: Hashable {
        var dn: DirectoryNumber
        var call: ConnectionID
    }

    struct Change: Equatable {
        var dn: DirectoryNumber
        var call: ConnectionID
        var lamp: Lamp
    }

    private var lamps: [Place: Lamp] = [:]

    /// The lamps that an event changes: of its call, or of those in its snapshot.
    mutating func changes(by event: Event) -> [Change] {
        guard let dn = event.thisDN else { return [] }
        if let calls = event.extensions?.first("calls")?.list {
            return calls.compactMap { pair -> Change? in
                guard let call = ConnectionID(hex: pair.key) else { return nil }
                return change(dn, call, Lamp(pair.value.list?.first("user-data")?.list))
            }
        }
        guard let call = event.connID, event.userData != nil else { return [] }
        let changed = change(dn, call, Lamp(event.userData))
        if event.message == .eventReleased || event.message == .eventAbandoned {
            lamps[Place(dn: dn, call: call)] = nil
        }
        return changed.map { [$0] } ?? []
    }

    private mutating func change(_ dn: DirectoryNumber, _ call: ConnectionID, _ lamp: Lamp?) -> Change? {
        let place = Place(dn: dn, call: call)
        guard let lamp, lamps.updateValue(lamp, forKey: place) != lamp else { return nil }
        return Change(dn: dn, call: call, lamp: lamp)
    }
}
