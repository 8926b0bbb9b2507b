import CallControl
import CallControlTesting
import CallModel
import TLibrary
import Testing

@Suite struct `What one line of a feed means` {
    /// A media server that answers at once is not faster than the rest of the line.
    @Test(arguments: [1, 3]) func `is told of all parties before what comes of it`(shards: Int) throws {
        let plant = try FeedEngineFixture(seed: UInt64(shards), shards: shards, recorder: PromptRecorder()) {
            configuration, _ in
            for place in configuration.dns.indices {
                configuration.dns[place].record = configuration.dns[place].number == "5001"
            }
        }
        let client = plant.client()
        for number in 0..<1_000 {
            plant.peer.say(
                [
                    #"{"event":"begin","call":"\#(number)","type":"inbound","from":"T1","to":"5001"}"#,
                    #"{"event":"answered","call":"\#(number)","dn":"5001"}"#,
                ], in: plant.simulation)
        }
        plant.wait(.seconds(20))
        for (dn, first) in [(DirectoryNumber("T1"), MessageNumber.eventDialing), ("5001", .eventRinging)] {
            var heard: [ConnectionID: [MessageNumber]] = [:]
            for event in client.events where event.thisDN == dn {
                if let call = event.connID { heard[call, default: []].append(event.message) }
            }
            #expect(heard.count == 1_000)
            #expect(
                heard.values.allSatisfy { $0 == [first, .eventEstablished, .eventAttachedDataChanged] }, "\(dn.text)")
        }
    }
}
