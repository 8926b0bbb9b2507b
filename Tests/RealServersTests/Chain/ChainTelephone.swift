import CallModel
import Foundation

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
    init(_ side: Side, calling number: String = "9000", in chain: Chain) throws {
        self.side = side
        messages = "\(chain.directory)/\(side.rawValue)-messages.log"
        try side.tone.write(to: "\(chain.directory)/\(side.rawValue).ulaw")
        let (place, audio) =
            side == .caller
            ? (chain.places[.caller], chain.places[.callerAudio]) : (chain.places[.agent], chain.places[.agentAudio])
        var arguments = [
            "-sf", "\(Chain.example)/\(side.rawValue).xml", "-i", place.host, "-p", "\(place.port)", "-mi", place.host,
            "-mp", "\(audio.port)", "-m", "1", "-nostdin", "-timeout", "60", "-trace_msg", "-message_file", messages,
        ]
        if side == .caller { arguments += ["-key", "ani", "15551234567", "-s", number, "\(chain.places[.sip])"] }
        part = try chain.start(side.rawValue, "/usr/bin/sipp", arguments)
    }

    /// Waits for the end of its call. Throws where that did not go as its scenario says: it ends by a BYE of the other
    /// side, or for the caller by 480 before the answer.
    func endsWell() async throws {
        let status = try await part.ends()
        guard status == 0 else { throw ChainFault("\(side.rawValue): its call went wrong (\(status))") }
    }

    /// Whether it was sent a message that begins so.
    func got(_ message: String) -> Bool {
        let text = (try? String(contentsOfFile: messages, encoding: .utf8)) ?? ""
        return text.split(separator: "message received").dropFirst().contains { part in
            part.split(whereSeparator: \.isNewline).contains { $0.hasPrefix(message) }
        }
    }
}
