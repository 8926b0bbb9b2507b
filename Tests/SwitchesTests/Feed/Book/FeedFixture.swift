import CallControl
import CallModel
import TLibrary
import Testing

@testable import Switches

/// A feed's book, what a peer says to it, and what a call asks of it.
final class FeedFixture {
    static let directory = Directory([
        .init(number: "5001", type: .extension), .init(number: "5002", type: .extension),
        .init(number: "5003", type: .extension), .init(number: "8000", type: .acdQueue),
        .init(number: "9000", type: .routingPoint), .init(number: "T1", type: .trunk),
    ])

    private var book: FeedCallTable
    /// Calls that the engine takes.
    var room = 100
    private var lastCommand: UInt32 = 0
    private var lastCall: UInt64 = 0
    private var lastLine = 0
    /// The faults of everything that was said, and the lines that the peer got.
    private(set) var faults: [FeedProtocolError] = []
    private(set) var lines: [FeedLine] = []
    private(set) var arrivals: [SwitchPort.ExternalCall] = []
    private(set) var lateAnswers = 0

    init(commandLimit: Int = 10) {
        book = FeedCallTable(Self.directory, commandLimit: commandLimit)
        hear(#"{"event":"hello","commands":["route","release","answer","hold","retrieve"]}"#)
    }

    /// What becomes of one line, or of several.
    @discardableResult
    func hear(_ texts: String...) -> [SwitchReport.Event] {
        hear(texts).map(\.event)
    }

    func hear(_ texts: [String]) -> [SwitchReport] { hear(bytes: texts.map { Array($0.utf8) }) }

    func hear(bytes lines: [[UInt8]]) -> [SwitchReport] {
        var outcome = FeedEffects()
        for line in lines {
            lastLine += 1
            do throws(FeedProtocolError) {
                try book.take(try FeedEvent(line: line), line: lastLine, begin: { begin($0) }, &outcome)
            } catch {
                faults.append(error)
            }
            while book.agreeOn(&outcome) {}
        }
        self.lines += outcome.lines
        lateAnswers += outcome.lateAnswers
        return outcome.reports
    }

    private func begin(_ arrival: SwitchPort.ExternalCall) -> ConnectionID? {
        guard room > 0 else { return nil }
        arrivals.append(arrival)
        room -= 1
        lastCall += 1
        return ConnectionID(rawValue: lastCall)
    }

    /// A call asks for something: the id of its command, or why not.
    func ask(_ verb: SwitchCommand.Verb, of call: UInt64 = 1) throws(RequestError) -> Int {
        lastCommand += 1
        let command = SwitchCommand(
            id: .init(rawValue: lastCommand), connection: ConnectionID(rawValue: call), verb: verb)
        let (line, id) = try book.order(command)
        lines.append(line)
        return id
    }

    func refusal(_ verb: SwitchCommand.Verb, of call: UInt64 = 1) -> ErrorCode? {
        do throws(RequestError) {
            _ = try ask(verb, of: call)
            return nil
        } catch {
            return error.code
        }
    }

    func expire(_ id: Int) -> [SwitchReport] {
        var outcome = FeedEffects()
        book.expire(id, RequestError(.timeout, "late"), &outcome)
        return outcome.reports
    }

    func lose() -> [SwitchReport] {
        var outcome = FeedEffects()
        book.lose(RequestError(.noSwitch, "lost"), &outcome)
        return outcome.reports
    }

    var calls: Int { book.calls.count }

    /// Commands that are remembered, those that have expired among them.
    var remembered: Int { book.requests.count + book.expired.count }
}

extension FeedFixture {
    static let queued = #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"9000"}"#
    static let rings = #"{"event":"begin","call":"A","type":"inbound","from":"T1","to":"5001"}"#
    static let isAnswered = #"{"event":"answered","call":"A","dn":"5001"}"#
    static let ends = #"{"event":"end","call":"A"}"#

    /// T1 and 5001 talk in call A.
    static func talking() -> FeedFixture {
        let scene = FeedFixture()
        scene.hear(rings, isAnswered)
        return scene
    }

    static func event(_ name: String, _ dn: String, call: String = "A") -> String {
        #"{"event":"\#(name)","call":"\#(call)","dn":"\#(dn)"}"#
    }
}

extension [SwitchReport] {
    /// What answers a command, as its number in the scene.
    var answers: [UInt32] { compactMap { $0.command?.rawValue } }
    var events: [SwitchReport.Event] { map(\.event) }
    var refusals: [ErrorCode] {
        compactMap { report in
            if case .refused(let refused) = report.event { refused.code } else { nil }
        }
    }
}
