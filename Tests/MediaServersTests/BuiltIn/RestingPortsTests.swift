import CallModel
import EventLoops
import Testing

@testable import MediaServers

@Suite struct RestingPortsTests {
    private var ports = RestingPorts(time: .seconds(60))
    private let stream = RestingPorts.Stream(address: SocketAddress(host: "127.0.0.1", port: 4_000), source: 7)

    @Test mutating func `A port rests for its time, and no longer`() {
        ports.giveBack(5_000, streams: [stream], now: .seconds(1))
        #expect(ports.rest(of: 5_000, now: .seconds(60)) == .seconds(1))
        #expect(ports.rest(of: 5_001, now: .seconds(60)) == nil)
        #expect(ports.rest(of: 5_000, now: .seconds(61)) == nil)
        #expect(ports.count == 0)
    }

    @Test mutating func `A port that is given out before its time knows who sent there`() {
        ports.giveBack(5_000, streams: [stream], now: .seconds(1))
        #expect(ports.giveOut(5_000) == [stream])
        #expect(ports.rest(of: 5_000, now: .seconds(2)) == nil)
        ports.giveBack(5_000, streams: [], now: .seconds(50))
        #expect(ports.rest(of: 5_000, now: .seconds(70)) == .seconds(50), "the rest before it has no say")
        #expect(ports.giveOut(5_000).isEmpty)
    }

    @Test mutating func `Without a time no port rests`() {
        ports = RestingPorts(time: .zero)
        ports.giveBack(5_000, streams: [stream], now: .seconds(1))
        #expect(ports.rest(of: 5_000, now: .seconds(1)) == nil && ports.count == 0)
    }
}
