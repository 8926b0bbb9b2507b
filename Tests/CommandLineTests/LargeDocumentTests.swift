import CallControl
import TLibrary
import TestSupport
import Testing

@testable import callcontrol

@Suite(.hangLimit) struct `A document with many DNs` {
    private func document(_ count: Int, last: String = "") -> String {
        var text = "switch:\n  dns:\n"
        for number in 0..<count { text += "    - { dn: \"*\(number)\", type: extension, record: true }\n" }
        return text + last
    }

    @Test func `is read, with signs of aliases in quotes and variables in the environment`() throws {
        let read = try configuration(document(100_000), environment: ["CALLCONTROL_SERVER_NAME": "large"])
        #expect(read.engine.dns.count == 100_000)
        #expect(read.engine.dns.last?.number == "*99999")
        #expect(read.engine.name == "large")
    }

    @Test func `is told what is wrong with each entry, also where the ones before are sound`() {
        let text = document(
            1_000,
            last: """
                    - { dn: "a", type: extension, rcord: true }
                    - { type: extension }
                    - { dn: "*7", type: extension }
                    - { dn: "b", type: extension, kind: built-in }

                """)
        #expect(
            problems(of: text) == [
                "c.yaml:1003: switch.dns[1000].rcord: unknown key; the keys here are dn, type, record",
                "c.yaml:1004: switch.dns[1001].dn: is missing; each entry must have it",
                "c.yaml:1005: switch.dns[1002].dn: duplicate value \"*7\": first on line 10",
                "c.yaml:1006: switch.dns[1003].kind: unknown key; the keys here are dn, type, record",
            ])
    }

    @Test func `is told of a key that another kind of entry has`() {
        #expect(
            problems(
                of: """
                    media:
                      servers:
                        - { kind: built-in, directory: a }
                        - { kind: simulated, directory: a }
                    """
            ).first?.hasPrefix("c.yaml:4: media.servers[1].directory: unknown key; ") == true)
    }

    @Test func `has no variables for the entries of its lists`() {
        #expect(
            problems(of: document(2), environment: ["CALLCONTROL_SWITCH_DNS[0]_DN": "1"]).first?.hasPrefix(
                "CALLCONTROL_SWITCH_DNS[0]_DN: unknown option") == true)
    }
}
