import CallModel
import EventLoops
import Foundation
import RTPAudio

/// One of SIPp's telephones, that speaks as soon as its call is answered.
struct ChainTelephone {
    /// Who calls, and with which voice.
    enum Side: String {
        case caller, agent

        var tone: Tone { self == .caller ? .high : .low }
    }

    let side: Side
    private let part: ChainPart
    private let messages: String

    /// The caller's calls `number` at once; the agent's waits to be called.
    init(
        _ side: Side, calling number: String = "9000", _ scenario: ChainScenario? = nil,
        isOther: Bool = false, in chain: Chain
    ) throws {
        self.side = side
        var file = "\(Chain.example)/\(side.rawValue).xml"
        if let scenario {
            file = "\(chain.directory)/\(side.rawValue)-\(UInt32.random(in: .min ... .max)).xml"
            try scenario.text.write(toFile: file, atomically: true, encoding: .utf8)
        }
        messages = "\(chain.directory)/\(side.rawValue)-\(isOther ? "other-" : "")messages.log"
        try side.tone.write(to: "\(chain.directory)/\(side.rawValue).ulaw")
        var (place, audio) =
            side == .caller
            ? (chain.places[.caller], chain.places[.callerAudio]) : (chain.places[.agent], chain.places[.agentAudio])
        if isOther {
            (place, audio) =
                side == .caller
                ? (chain.places[.otherCaller], chain.places[.otherCallerAudio])
                : (chain.places[.otherAgent], chain.places[.otherAgentAudio])
        }
        var arguments = [
            "-sf", file, "-i", place.host, "-p", "\(place.port)", "-mi", place.host,
            "-mp", "\(audio.port)", "-m", "1", "-nostdin", "-timeout", "60", "-trace_msg", "-message_file", messages,
            "-trace_err",
            "-error_file", messages + ".errors",
        ]
        if side == .caller { arguments += ["-key", "ani", "15551234567", "-s", number, "\(chain.places[.sip])"] }
        part = try chain.start(side.rawValue, "/usr/bin/sipp", arguments)
    }

    /// Waits for the end of its call. Throws where that did not go as its scenario says: it ends by a BYE of the other
    /// side, or for the caller by 480 before the answer.
    func endsWell() async throws {
        let status = try await part.ends()
        let errors = (try? String(contentsOfFile: messages + ".errors", encoding: .utf8)) ?? ""
        guard status == 0 else {
            throw ChainFault("\(side.rawValue): its call went wrong (\(status)) \(errors.suffix(2_000))")
        }
    }

    /// Whether it was sent a message that begins so.
    func got(_ message: String) -> Bool {
        let text = (try? String(contentsOfFile: messages, encoding: .utf8)) ?? ""
        return text.split(separator: "message received").dropFirst().contains { part in
            part.split(whereSeparator: \.isNewline).contains { $0.hasPrefix(message) }
        }
    }
}
