import Foundation
import TLibrary

extension JSON {
    /// An event as one object: what it has, under the protocol's names.
    init(_ event: Event) {
        var members: [(key: String, value: JSON)] = [("event", .string(event.message.name))]
        func add(_ key: String, text: String?) { if let text { members.append((key, .string(text))) } }
        func add(_ key: String, number: (some BinaryInteger)?) {
            if let number { members.append((key, .number(Int64(clamping: number)))) }
        }
        func add(_ key: String, list: KeyValueList?) { if let list { members.append((key, JSON(list))) } }

        add("time", text: Self.time(of: event))
        add("sequence", number: event.sequenceNumber)
        add("referenceID", number: event.referenceID?.rawValue)
        add("thisDN", text: event.thisDN?.text)
        add("connID", text: event.connID?.description)
        add("previousConnID", text: event.previousConnID?.description)
        add("transferConnID", text: event.transferConnID?.description)
        add("conferenceConnID", text: event.conferenceConnID?.description)
        add("callUUID", text: event.callUUID)
        add("callType", number: event.callType?.rawValue)
        add("callState", number: event.callState?.rawValue)
        add("cause", number: event.cause?.rawValue)
        add("ani", text: event.ani)
        add("dnis", text: event.dnis)
        add("thisDNRole", number: event.thisDNRole?.rawValue)
        add("otherDN", text: event.otherDN?.text)
        add("otherDNRole", number: event.otherDNRole?.rawValue)
        add("thirdPartyDN", text: event.thirdPartyDN?.text)
        add("thirdPartyDNRole", number: event.thirdPartyDNRole?.rawValue)
        add("agentID", text: event.agentID)
        add("agentWorkMode", number: event.agentWorkMode?.rawValue)
        add("thisQueue", text: event.thisQueue?.text)
        add("errorCode", number: event.errorCode?.rawValue)
        add("errorMessage", text: event.errorMessage)
        add("userEvent", number: event.userEvent?.rawValue)
        add("privateMsgID", number: event.privateMsgID)
        add("userData", list: event.userData)
        add("reasons", list: event.reasons)
        add("extensions", list: event.extensions)
        self = .object(members)
    }

    /// ISO 8601 in UTC, to the microsecond.
    private static func time(of event: Event) -> String? {
        guard let seconds = event.timeSeconds else { return nil }
        let date = Date(timeIntervalSince1970: TimeInterval(seconds))
        let microseconds = String((event.timeMicroseconds ?? 0) % 1_000_000)
        let fraction = String(repeating: "0", count: 6 - microseconds.count) + microseconds
        return date.formatted(.iso8601).dropLast() + ".\(fraction)Z"
    }
}
