import CallModel
import TLibrary

/// An event as a row of a table.
struct EventRow: Equatable {
    var event: String
    var dn: String
    var call: String
    var otherDN: String
    var state: String
    var cause: String
    var thirdParty: String
    var more: String
    /// Whether this copy has the ReferenceID.
    var isAnswer: Bool
    /// What its UserData say of recordings.
    var lamp: String
    /// What a recording did, of a change that a recording made.
    var recording: RecordingChangeRow?

    static let columns = [
        "event", "ThisDN", "call", "OtherDN", "CallState", "Cause", "ThirdPartyDN", "besides", "ReferenceID",
        "GSIP_RECORD",
    ]

    init(_ event: Event, _ names: CallNames) {
        self.event = event.message.name
        dn = Self.dn(event.thisDN, event.thisDNRole)
        call = event.connID.map { names.name(of: $0) } ?? ""
        otherDN = Self.dn(event.otherDN, event.otherDNRole)
        state = event.callState?.name ?? ""
        cause = event.cause?.name ?? ""
        thirdParty = Self.dn(event.thirdPartyDN, event.thirdPartyDNRole)
        isAnswer = event.referenceID != nil
        lamp = event.userData?.first(RecordingKeyName.indication)?.text ?? ""
        recording = event.extensions?.first("recording")?.list.map { RecordingChangeRow($0) }
        more = Self.more(event, names, recording).joined(separator: "; ")
    }

    var cells: [String] {
        [event, dn, call, otherDN, state, cause, thirdParty, more, isAnswer ? "yes" : "", lamp]
    }

    /// The same, but for what recordings make of it.
    var withoutLamp: EventRow {
        var row = self
        row.lamp = ""
        return row
    }

    private static func dn(_ dn: DirectoryNumber?, _ role: DNRole?) -> String {
        guard let dn else { return "" }
        return dn.text + (role.map { " (\($0.name))" } ?? "")
    }

    private static func more(_ event: Event, _ names: CallNames, _ recording: RecordingChangeRow?) -> [String] {
        var words: [String] = []
        if let call = event.previousConnID { words.append("PreviousConnID \(names.name(of: call))") }
        if let call = event.transferConnID { words.append("TransferConnID \(names.name(of: call))") }
        if let call = event.conferenceConnID { words.append("ConferenceConnID \(names.name(of: call))") }
        if let code = event.errorCode { words.append("ErrorCode \(code.rawValue)") }
        if let recording { words.append("recording: \(recording.text)") }
        let data = (event.userData ?? [:]).filter { !RecordingKeyName.isOwn($0.key) }
        if !data.isEmpty {
            words.append("UserData " + data.map { "`\($0.key)` = `\($0.value.shown)`" }.joined(separator: ", "))
        }
        switch event.message {
        case .eventACK:
            for wish in event.extensions?.first("recordings")?.list ?? [:] {
                words.append("to be \(wish.value.shown)")
            }
        case .eventPrivateInfo:
            for key in ["result", "state", "reason"] {
                if let value = event.extensions?.first(key)?.text { words.append("`\(key)` \(value)") }
            }
        case .eventPartyInfo:
            for pair in event.extensions ?? [:] where pair.key != "recordings" {
                words.append("`\(pair.key)` \(pair.key.hasPrefix("ps-") ? pair.value.hex : pair.value.shown)")
            }
        default: break
        }
        return words
    }
}

/// Extensions `recording`, without what is another in every run.
struct RecordingChangeRow: Equatable {
    var state: String
    var cause: String
    var anchor: String
    var reason: String?
    var warning: String?

    init(_ list: KeyValueList) {
        func word(_ key: String) -> String? { list.first(key)?.text }
        state = word("state") ?? ""
        cause = word("cause") ?? ""
        anchor = word("party") ?? ""
        reason = word("reason")
        warning = word("warning")
    }

    var text: String {
        "\(state), `\(cause)`, of \(anchor)" + (reason.map { ", reason `\($0)`" } ?? "")
            + (warning.map { ", warning `\($0)`" } ?? "")
    }
}

extension KeyValue {
    fileprivate var hex: String { integer.map { "0x" + String($0, radix: 16, uppercase: true) } ?? shown }
}
