import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import CallControl

/// Events of random contents, byte for byte as ``ExpectedFrame`` lays them out (WireFormat, "Events"). An encoder that
/// reserves too few bytes for one of them ends the process.
struct EventEncodingTests {
    private static let seed: UInt64 = 0x0E7C_0DE5

    private struct Fixture {
        var random: RandomStates
        var encoder: EventEncoder
        /// What the next event has in EventSequenceNumber.
        var sequence: UInt64 = 1
        let simulation: Simulation

        init(seed: UInt64) {
            simulation = Simulation(seed: seed)
            random = RandomStates(seed: seed)
            encoder = EventEncoder(
                simulation.shards[0], shardCount: 1,
                server: ServerIdentity(name: "server", version: "1.0", startTime: 77))
        }

        /// Compares what `encode` writes with `expected`, behind bytes that are there already.
        mutating func check(
            _ expected: ExpectedFrame, _ encode: (inout EventEncoder, inout [UInt8]) -> Range<Int>,
            isNumbered: Bool = true
        ) {
            var expected = expected
            let time = simulation.shards[0].wallTime.microseconds
            expected.int(86, Int32(time / 1_000_000))
            expected.int(87, Int32(time % 1_000_000))
            if isNumbered { expected.long(148, sequence) }
            sequence += isNumbered ? 1 : 0
            var bytes: [UInt8] = [1, 2, 3]
            let range = encode(&encoder, &bytes)
            #expect(range == 3..<bytes.count)
            #expect(Array(bytes[..<3]) == [1, 2, 3])
            #expect(Array(bytes[range]) == expected.bytes)
        }
    }

    @Test(arguments: 0..<50)
    func `events of calls`(round: UInt64) {
        var fixture = Fixture(seed: Self.seed + round)
        for _ in 0..<20 {
            let (event, facts, recording) = fixture.random.event()
            for party in facts.parties {
                fixture.check(ExpectedFrame(event, of: facts, recording, party)) {
                    $0.encode(event, of: facts, recording, for: party, into: &$1)
                }
            }
        }
    }

    @Test(arguments: 0..<50)
    func `acknowledgements and outcomes of recording requests`(round: UInt64) {
        var fixture = Fixture(seed: Self.seed + round)
        for _ in 0..<20 {
            let reply = fixture.random.acceptance()
            fixture.check(ExpectedFrame(accepted: reply)) { $0.encode(reply, into: &$1) }
            let result = fixture.random.result()
            fixture.check(ExpectedFrame(result)) { $0.encode(result, into: &$1) }
        }
    }

    @Test(arguments: 0..<20)
    func `errors, party information and events of agents`(round: UInt64) {
        var fixture = Fixture(seed: Self.seed + round)
        for _ in 0..<20 {
            let refusal = fixture.random.refusal()
            fixture.check(ExpectedFrame(refusal)) { $0.error(refusal, into: &$1) }
            let (reply, type) = fixture.random.partyInfo()
            fixture.check(ExpectedFrame(partyInfo: reply, type)) { $0.encode(reply, into: &$1) }
            let (change, asker) = (fixture.random.agentChange(), fixture.random.asker())
            fixture.check(ExpectedFrame(change, asker)) { $0.agent(change, askedBy: asker, into: &$1) }
        }
    }

    @Test(arguments: 0..<20)
    func `events of sessions`(round: UInt64) {
        var fixture = Fixture(seed: Self.seed + round)
        for _ in 0..<20 {
            let answer = fixture.random.address()
            fixture.check(ExpectedFrame(answer)) { $0.address(answer, into: &$1) }
            let request = answer.request
            fixture.check(ExpectedFrame(.eventUnregistered, request, isAboutDN: true)) {
                $0.unregistered(request, into: &$1)
            }
            var info = ExpectedFrame(.eventServerInfo, request, isAboutDN: false)
            info.string(61, "1.0")
            info.int(62, ServerRole.primary.rawValue)
            info.string(64, "server")
            fixture.check(info) { $0.serverInfo(request, into: &$1) }
            let text = fixture.random.text(300)
            var farewell = ExpectedFrame(.eventLinkDisconnected)
            farewell.list(53, pair("reason", text))
            fixture.check(farewell) { $0.linkDisconnected(reason: text, into: &$1) }
            info.set(.eventLinkConnected)
            info.string(108, text)
            info.long(147, 77)
            fixture.check(info, { $0.linkConnected(request.reference, sessionID: text, into: &$1) }, isNumbered: false)
        }
    }

    @Test func `the constants that are written for states are their names`() {
        for state in RecordingState.allCases { #expect("\(state.wireName)" == state.rawValue) }
        for cause in RecordingCause.allCases { #expect("\(cause.wireName)" == cause.rawValue) }
        for result in [RecordingResult.done, .superseded, .failed(.disk)] {
            #expect("\(result.wireName)" == result.word)
        }
    }

    @Test func `the protocol's own words are within the size that is reserved for each`() {
        let words =
            RecordingState.allCases.map(\.rawValue) + RecordingCause.allCases.map(\.rawValue)
            + RecordingReason.allCases.map(\.rawValue) + RecordingWarning.allCases.map(\.rawValue)
            + [RecordingResult.done, .superseded, .failed(.disk)].map(\.word)
            + [MediaSides.both, .anchor, .other].compactMap(\.word) + ["ready", "not-ready"]
        for word in words { #expect(word.utf8.count <= FrameSize.maximumName) }
    }
}
