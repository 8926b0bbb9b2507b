/// What one of SIPp's telephones does, beside those of the example.
struct ChainScenario {
    private var steps: [String] = []
    private let side: ChainTelephone.Side

    var text: String {
        """
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <!DOCTYPE scenario SYSTEM "sipp.dtd">
        <scenario name="\(side.rawValue)">
        \(steps.joined(separator: "\n"))
        </scenario>
        """
    }

    private init(_ side: ChainTelephone.Side) { self.side = side }

    // MARK: - Agents

    /// Refuses the call, at once or when it has rung.
    static func refuses(_ code: Int, ringing: Bool = false) -> ChainScenario {
        var scenario = ChainScenario(.agent).invited()
        if ringing { scenario.reply("180 Ringing") }
        scenario.reply("\(code) Refused")
        scenario.receive("ACK")
        return scenario
    }

    /// Rings until it is cancelled.
    static var onlyRings: ChainScenario {
        var scenario = ChainScenario(.agent).invited()
        scenario.reply("180 Ringing")
        scenario.receive("CANCEL")
        scenario.reply("200 OK")
        scenario.reply("487 Request Terminated", sequence: "CSeq: 1 INVITE")
        scenario.receive("ACK")
        return scenario
    }

    /// Answers, then changes the session as `directions` say, each after half a second, agrees to so many changes of the
    /// other side's, and hangs up if it is to.
    static func answers(_ directions: [String] = [], takes: Int = 0, hangsUp: Bool = false) -> ChainScenario {
        var scenario = ChainScenario(.agent).invited()
        scenario.reply("180 Ringing")
        scenario.reply("200 OK", session: "sendrecv")
        scenario.receive("ACK")
        scenario.talk(directions, takes, hangsUp: hangsUp)
        return scenario
    }

    // MARK: - Callers

    /// Calls, then the same as an agent.
    static func calls(_ directions: [String] = [], takes: Int = 0, hangsUp: Bool = false) -> ChainScenario {
        var scenario = ChainScenario(.caller)
        scenario.request("INVITE", 1, to: "<sip:[service]@[remote_ip]:[remote_port]>", session: "sendrecv")
        for code in [100, 180, 183] { scenario.receive(response: code, isOptional: true) }
        scenario.steps.append(
            """
            <recv response="200" rrs="true"><action>
              <ereg regexp=".*" search_in="hdr" header="To:" assign_to="other"/>
            </action></recv>
            """)
        scenario.request("ACK", 1)
        scenario.talk(directions, takes, hangsUp: hangsUp)
        return scenario
    }

    /// Calls, and gives up when the telephone has rung for so many milliseconds.
    static func givesUp(after pause: Int) -> ChainScenario {
        var scenario = ChainScenario(.caller)
        let other = "<sip:[service]@[remote_ip]:[remote_port]>"
        scenario.request("INVITE", 1, to: other, session: "sendrecv")
        scenario.receive(response: 100, isOptional: true)
        scenario.receive(response: 180)
        scenario.steps.append("<pause milliseconds=\"\(pause)\"/>")
        scenario.request("CANCEL", 1, to: other, branch: "[branch-4]")
        for code in [200, 487] { scenario.receive(response: code) }
        scenario.steps.append(
            """
            <send><![CDATA[
              ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
              [last_Via:]
              [last_From:]
              [last_To:]
              Call-ID: [call_id]
              CSeq: 1 ACK
              Content-Length: 0
            ]]></send>
            """)
        return scenario
    }

    // MARK: - Steps

    private var own: String {
        "<sip:\(side.rawValue)@[local_ip]:[local_port]>;tag=[pid]\(side.rawValue)[call_number]"
    }

    private func invited() -> ChainScenario {
        var scenario = self
        scenario.steps.append(
            """
            <recv request="INVITE" rrs="true"><action>
              <ereg regexp=".*" search_in="hdr" header="From:" assign_to="other"/>
            </action></recv>
            <nop><action><log message="called by [$other]"/></action></nop>
            """)
        return scenario
    }

    private mutating func talk(_ directions: [String], _ takes: Int, hangsUp: Bool) {
        steps.append("<nop><action><exec rtp_stream=\"\(side.rawValue).ulaw,-1,0\"/></action></nop>")
        var sequence = 10
        for direction in directions {
            steps.append("<pause milliseconds=\"500\"/>")
            sequence += 1
            request("INVITE", sequence, session: direction)
            receive(response: 100, isOptional: true)
            receive(response: 200)
            request("ACK", sequence)
        }
        for _ in 0..<takes {
            receive("INVITE")
            reply("200 OK", session: "sendrecv", isWithin: true)
            receive("ACK")
        }
        guard hangsUp else {
            receive("BYE")
            return reply("200 OK", isWithin: true)
        }
        steps.append("<pause milliseconds=\"500\"/>")
        request("BYE", 20)
        receive(response: 200)
    }

    private mutating func receive(_ request: String) {
        steps.append("<recv request=\"\(request)\"/>")
    }

    private mutating func receive(response: Int, isOptional: Bool = false) {
        steps.append("<recv response=\"\(response)\"\(isOptional ? " optional=\"true\"" : "")/>")
    }

    private mutating func reply(
        _ status: String, sequence: String = "[last_CSeq:]", session: String? = nil, isWithin: Bool = false
    ) {
        let tag = isWithin ? "" : ";tag=[pid]\(side.rawValue)[call_number]"
        steps.append(
            """
            <send\(session == nil ? "" : " retrans=\"500\"")><![CDATA[
              SIP/2.0 \(status)
              [last_Via:]
              [last_Record-Route:]
              [last_From:]
              [last_To:]\(tag)
              [last_Call-ID:]
              \(sequence)
              Contact: <sip:\(side.rawValue)@[local_ip]:[local_port]>
            \(body(session))
            ]]></send>
            """)
    }

    private mutating func request(
        _ method: String, _ sequence: Int, to other: String = "[$other]", branch: String = "[branch]",
        session: String? = nil
    ) {
        let isNew = other != "[$other]"
        let target = isNew ? "sip:[service]@[remote_ip]:[remote_port]" : "[next_url]"
        let from = side == .caller ? "<sip:15551234567@[local_ip]>;tag=[pid]caller[call_number]" : own
        steps.append(
            """
            <send\(method == "INVITE" ? " retrans=\"500\"" : "")><![CDATA[
              \(method) \(target) SIP/2.0
              Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=\(branch)
              \(isNew ? "Max-Forwards: 70" : "[routes]\n  Max-Forwards: 70")
              From: \(from)
              To: \(other)
              Call-ID: [call_id]
              CSeq: \(sequence) \(method)
              Contact: <sip:\(side.rawValue)@[local_ip]:[local_port]>
            \(body(session))
            ]]></send>
            """)
    }

    private func body(_ direction: String?) -> String {
        guard let direction else { return "  Content-Length: 0" }
        return """
              Content-Type: application/sdp
              Content-Length: [len]

              v=0
              o=\(side.rawValue) 1 1 IN IP[local_ip_type] [local_ip]
              s=-
              c=IN IP[media_ip_type] [media_ip]
              t=0 0
              m=audio [rtpstream_audio_port] RTP/AVP 0
              a=rtpmap:0 PCMU/8000
              a=\(direction)
            """
    }
}
