import Testing

@testable import callcontrol

@Suite struct `An unsound document` {
    /// A document and what is said about it.
    struct Example: CustomTestStringConvertible {
        var text: String
        var problems: [String]
        var testDescription: String { text.replacing("\n", with: "⏎") }

        init(_ text: String, _ problems: String...) {
            self.text = text
            self.problems = problems
        }
    }

    static let keys = [
        Example(
            "server:\n  listn: 127.0.0.1:1\n",
            "c.yaml:2: server.listn: unknown key; the keys here are listen, metrics, name, keep-alive, handshake, drain, "
                + "password, password-file, shards, http-connections"),
        Example(
            "sever: {}\n",
            "c.yaml:1: sever: unknown key; the keys here are server, access, switch, recording, media, records, log, limits"
        ),
        Example(
            "media:\n  servers:\n    - { kind: simulated, dely-ms: 3 }\n",
            "c.yaml:3: media.servers[0].dely-ms: unknown key; the keys here are kind, delay-ms, fail-every, order, "
                + "weight, max-recordings"),
        Example("? [a, b]\n: 1\n", "c.yaml:1: a key must be a word"),
        Example("server: 5\n", "c.yaml:1: server: must be a mapping of keys to values"),
        Example(
            "- server\n",
            "c.yaml:1: must be a mapping; its keys are server, access, switch, recording, media, records, log, limits"
        ),
        Example(
            "server:\n  name: a\n  name: b\n", "c.yaml:3: server.name: duplicate key: first on line 2"),
    ]

    static let values = [
        Example(
            "server:\n  listen: here\n",
            "c.yaml:2: server.listen: invalid value \"here\": expected an IP address and a port, such as 127.0.0.1:8000 "
                + "or [::1]:8000"),
        Example(
            "server:\n  listen: 127.0.0.1:65536\n",
            "c.yaml:2: server.listen: invalid value \"127.0.0.1:65536\": expected an IP address and a port, such as "
                + "127.0.0.1:8000 or [::1]:8000"),
        Example(
            "server:\n  keep-alive: -1\n",
            "c.yaml:2: server.keep-alive: invalid value \"-1\": expected a whole number of seconds from 0 to 86400, "
                + "without quotes"),
        Example(
            "server:\n  keep-alive: \"10\"\n",
            "c.yaml:2: server.keep-alive: invalid value \"10\": expected a whole number of seconds from 0 to 86400, "
                + "without quotes"),
        Example(
            "limits:\n  calls: 99999999999999999999999\n",
            "c.yaml:2: limits.calls: invalid value \"99999999999999999999999\": expected a whole number from 1 to "
                + "100000000, without quotes"),
        Example(
            "limits:\n  calls: 1e6\n",
            "c.yaml:2: limits.calls: invalid value \"1e6\": expected a whole number from 1 to 100000000, without quotes"
        ),
        Example("limits:\n  calls: [1]\n", "c.yaml:2: limits.calls: must be one value, not a list or a mapping"),
        Example(
            "limits:\n  calls:\n",
            "c.yaml:2: limits.calls: has no value; give one, or leave the key out for its default"),
        Example(
            "recording:\n  outcome-events: yes\n",
            "c.yaml:2: recording.outcome-events: invalid value \"yes\": expected true or false, without quotes"),
        Example(
            "recording:\n  pause-limit-action: shout\n",
            "c.yaml:2: recording.pause-limit-action: invalid value \"shout\": expected warn, resume or stop"),
        Example(
            "recording:\n  recording-filename: \"\"\n",
            "c.yaml:2: recording.recording-filename: invalid value \"\": expected text of 1 to 200 bytes"),
        Example(
            "recording:\n  recording-filename: ../$UUID$\n",
            "c.yaml:2: recording.recording-filename: invalid value \"../$UUID$\": expected letters, digits, dots, "
                + "underscores, hyphens and $VARIABLES$"),
        Example(
            "switch:\n  kind: sip\n", "c.yaml:2: switch.kind: invalid value \"sip\": expected in-process or feed"),
        Example(
            "switch:\n  kind: feed\n  address: pbx:8448\n",
            "c.yaml:3: switch.address: invalid value \"pbx:8448\": expected an IP address and a port, such as "
                + "127.0.0.1:8000 or [::1]:8000"),
        Example(
            "switch:\n  kind: feed\n  address: 127.0.0.1:8448\n  timeout-ms: 0\n",
            "c.yaml:4: switch.timeout-ms: invalid value \"0\": expected a whole number of milliseconds from 1 to 600000, "
                + "without quotes"),
        Example(
            "access:\n  failures:\n    max-delay-ms: 5000\n",
            "c.yaml:3: access.failures.max-delay-ms: invalid value \"5000\": expected less than server.handshake, "
                + "5 s"),
        Example(
            "access: { failures: { window: 0 } }",
            "c.yaml:1: access.failures.window: invalid value \"0\": expected a whole number of seconds from 1 to 86400, "
                + "without quotes"),
        Example(
            "limits:\n  unopened: -1\n",
            "c.yaml:2: limits.unopened: invalid value \"-1\": expected a whole number of connections from 0 to 1000000, "
                + "without quotes"),
        Example(
            "switch:\n  kind: feed\n  address: 127.0.0.1:8448\n  keep-alive: 3601\n",
            "c.yaml:4: switch.keep-alive: invalid value \"3601\": expected a whole number of seconds from 0 to 3600, "
                + "without quotes"),
        Example(
            "limits:\n  feed-line: 1000\n",
            "c.yaml:2: limits.feed-line: invalid value \"1000\": expected a whole number of bytes from 1024 to 1048576, "
                + "without quotes"),
        Example(
            "server:\n  password: \(String(repeating: "x", count: 256))\n",
            "c.yaml:2: server.password: invalid value: expected text of 0 to 255 bytes"),
    ]

    static let entries = [
        Example(
            "switch:\n  dns: 5001\n", "c.yaml:2: switch.dns: must be a list, one entry a line, each beginning with -"),
        Example(
            "switch:\n  dns:\n    - 5001\n", "c.yaml:3: switch.dns[0]: must be a mapping, such as { key: value }"),
        Example(
            "switch:\n  dns:\n    - { dn: \"1\" }\n",
            "c.yaml:3: switch.dns[0].type: is missing; each entry must have it"),
        Example(
            "switch:\n  dns:\n    - { dn: \"1\", type: phone }\n",
            "c.yaml:3: switch.dns[0].type: invalid value \"phone\": expected extension, acd-position, acd-queue, "
                + "routing-point, trunk, trunk-group or voice-treatment-port"),
        Example(
            "switch:\n  dns:\n    - { dn: \"9\", type: routing-point, record: true }\n",
            "c.yaml:3: switch.dns[0].record: invalid value \"true\": expected false on a DN of type "
                + "routing-point"),
        Example(
            "switch:\n  dns:\n    - { dn: \"1\", type: trunk }\n    - { dn: 1, type: trunk }\n",
            "c.yaml:4: switch.dns[1].dn: duplicate value \"1\": first on line 3"),
        Example(
            "switch:\n  agents:\n    - { id: a }\n    - { id: a, record: true }\n",
            "c.yaml:4: switch.agents[1].id: duplicate value \"a\": first on line 3"),
        Example(
            "switch:\n  agents:\n    - { id: \"\" }\n",
            "c.yaml:3: switch.agents[0].id: invalid value \"\": expected text of 1 to 255 bytes"),
        Example(
            "media:\n  servers:\n    - { kind: rtpengine, spool: /var/spool }\n",
            "c.yaml:3: media.servers[0].address: is missing; each entry must have it"),
        Example(
            "media:\n  servers:\n    - { kind: rtpengine, address: 127.0.0.1:0 }\n",
            "c.yaml:3: media.servers[0].address: invalid value \"127.0.0.1:0\": expected the port where "
                + "the server listens, not 0"),
    ]

    static let contradictions = [
        Example(
            "switch:\n  kind: feed\n  lines: 3\n  audio: none\n",
            "c.yaml:2: switch.address: is missing; a feed must have the HOST:PORT where its peer listens",
            "c.yaml:3: switch.lines: has no effect with kind feed; leave it out",
            "c.yaml:4: switch.audio: has no effect with kind feed; leave it out"),
        Example(
            "switch:\n  address: 127.0.0.1:8448\n  timeout-ms: 5000\n  keep-alive: 5\n",
            "c.yaml:2: switch.address: has no effect with kind in-process; leave it out",
            "c.yaml:3: switch.timeout-ms: has no effect with kind in-process; leave it out",
            "c.yaml:4: switch.keep-alive: has no effect with kind in-process; leave it out"),
        Example(
            "recording:\n  private-messages: { start: 4014 }\n",
            "c.yaml:2: recording.private-messages.start: duplicate value 4014: start and stop must differ"),
        Example(
            "limits:\n  frame: 20000\n  user-data: 4000\n",
            "c.yaml:2: limits.frame: a frame of 20000 bytes does not hold user data of 4000; frame must be at least "
                + "user-data + 16384, here 20384"),
        Example(
            "limits:\n  user-data: 60000\n",
            "c.yaml:2: limits.user-data: a frame of 65536 bytes does not hold user data of 60000; frame must be at "
                + "least user-data + 16384, here 76384"),
    ]

    static let texts = [
        Example("server: [\n", "c.yaml:2: is not YAML: did not find expected node content"),
        Example("server:\n\tname: a\n", "c.yaml:2: is not YAML: found character that cannot start any token"),
        Example("a: \u{1}\n", "c.yaml:1: is not YAML: control characters are not allowed"),
        Example("server: {}\n---\nserver: {}\n", "c.yaml:2: is not YAML: but found another document"),
        Example(
            "server:\n  name: &n callcontrol\n",
            "c.yaml:2: anchors and aliases (&name, *name) are not supported; write the value out"),
    ]

    @Test(arguments: keys + values + entries + contradictions + texts)
    func `is refused with the line, the key and what would be right`(_ example: Example) {
        #expect(problems(of: example.text) == example.problems)
    }

    @Test func `is told all that is wrong with it, in the order of its lines`() {
        let text = """
            limits:
              window: 0
            server:
              shards: many
              colour: red
            """
        #expect(
            problems(of: text) == [
                "c.yaml:2: limits.window: invalid value \"0\": expected a whole number of requests from 1 to 1000000, "
                    + "without quotes",
                "c.yaml:4: server.shards: invalid value \"many\": expected a whole number from 0 to 64, without quotes",
                "c.yaml:5: server.colour: unknown key; the keys here are listen, metrics, name, keep-alive, handshake, drain, "
                    + "password, password-file, shards, http-connections",
            ])
    }

    @Test func `is not told more than a hundred problems, but how many more there are`() throws {
        let text = (0..<150).map { "k\($0): 1\n" }.joined()
        let error = try #require(throws: ConfigurationError.self) { try configuration(text) }
        #expect(error.problems.count == 100)
        #expect(error.unshown == 50)
        #expect(error.description.hasSuffix("\nand 50 more"))
    }

    @Test func `never has its password in a problem`() {
        let texts = [
            "server:\n  password: [hunter2]\n", "server:\n  password: \"hunter2\n", "server: {password: hunter2\n",
        ]
        for text in texts {
            let problems = problems(of: text)
            #expect(!problems.isEmpty)
            #expect(!problems.joined().contains("hunter2"))
        }
    }
}

func configuration(
    _ text: String, environment: [String: String] = [:]
) throws(ConfigurationError) -> ServerConfiguration {
    try ServerConfiguration(
        document: ConfigurationDocument(text: text, named: "c.yaml"), environment: environment)
}

/// The lines that a document's reader gets; none where it is sound.
func problems(of text: String, environment: [String: String] = [:]) -> [String] {
    do throws(ConfigurationError) {
        _ = try configuration(text, environment: environment)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
