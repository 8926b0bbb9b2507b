import CallControlTesting
import CallModel
import Logging
import Switches
import TLibrary

@testable import CallControl

/// An engine to which connections come, of which some never open a session.
struct UnopenedFixture {
    static let dns: [EngineConfiguration.DN] = ["5001", "5002"].map { .init($0, type: .extension) }

    let served: ServedSimulation
    let log: KeptLines

    init(
        shards: Int = 2, seed: UInt64 = 11, telephony: (EngineConfiguration) -> any Switch = { InProcessSwitch($0) },
        configure: (inout EngineConfiguration) -> Void
    ) throws {
        let log = KeptLines()
        self.log = log
        served = try ServedSimulation(
            seed: seed, shards: shards, dns: Self.dns, telephony: telephony, log: log, configure: configure)
    }

    func pass(_ duration: Duration) { served.simulation.advance(by: duration) }

    /// Connections that say nothing.
    func idle(_ count: Int, from host: String) -> [SimulatedConnection] {
        let connections = (0..<count).map { _ in served.simulation.connect(to: ServedSimulation.address, from: host) }
        pass(.milliseconds(20))
        return connections
    }

    /// A connection that asks for a session.
    func asking(
        from host: String, as name: String = "client", password: String? = nil, then more: [UInt8] = []
    ) -> SimulatedConnection {
        let connection = served.simulation.connect(to: ServedSimulation.address, from: host)
        connection.send(Self.opening(as: name, password: password) + more)
        return connection
    }

    static func opening(as name: String = "client", password: String? = nil, extensions: KeyValueList = [:]) -> [UInt8]
    {
        let register = RegisterClient(applicationName: name, password: password)
        return bytes(of: .registerClient(register), extensions: extensions)
    }

    static func bytes(
        of operation: TLibrary.Operation, _ reference: Int32 = 1, thisDN: DirectoryNumber = "",
        extensions: KeyValueList = [:]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        Request(operation, reference: ReferenceID(rawValue: reference), thisDN: thisDN, extensions: extensions)
            .encode(to: &bytes)
        return bytes
    }

    func count(_ tally: (ShardCounters) -> ShardCounter) -> Int {
        served.engine.plan.counters.shards.reduce(0) { $0 + tally($1).value }
    }

    var unopened: Int { served.engine.unopened.count }
}

extension SimulatedConnection {
    /// The messages that have come, and the code of an error.
    func takeMessages() -> [String] {
        let bytes = takeReceived()
        var table = AttributeTable()
        var messages: [String] = []
        var offset = 0
        while case .frame(let length) = FrameDecoder.split(bytes.span, at: offset) {
            let frame = bytes.span.extracting(offset..<offset + length)
            offset += length
            if let event = try? Event(decoding: frame, table: &table) {
                messages.append(event.errorCode.map { "Error \($0.rawValue)" } ?? event.message.name)
            } else {
                messages.append(MessageNumber(ofFrame: frame)?.name ?? "none")
            }
        }
        return messages
    }
}
