import TLibrary

/// The inside of a ``SimulatedClient``: it cuts frames, decodes events and answers pings.
final class ClientState {
    private let world: SimulatorState
    /// The link keeps it while it is open.
    private weak var connection: SimulatedConnection?
    private var decoder = FrameDecoder()
    var requests: [Request] = []
    var events: [SimulatedClient.Received] = []
    var faults: [WireError] = []
    var answersPings = true

    init(world: SimulatorState, connection: SimulatedConnection) {
        self.world = world
        self.connection = connection
    }

    func received(_ bytes: Span<UInt8>) {
        decoder.append(bytes)
        while case .frame(let length) = decoder.next() {
            decoder.takeFrame(length) { take($0) }
        }
        if decoder.next() == .invalid {
            faults.append(WireError(code: .elementLength, message: "A frame's length is beyond what may be sent."))
        }
    }

    private func take(_ frame: Span<UInt8>) {
        switch MessageNumber(ofFrame: frame) {
        case .ping: if answersPings { send(.pong) }
        case .pong: break
        default: takeEvent(frame)
        }
    }

    private func takeEvent(_ frame: Span<UInt8>) {
        var table = AttributeTable()
        do throws(WireError) {
            let event = try Event(decoding: frame, table: &table)
            events.append(SimulatedClient.Received(time: world.now, event: event))
            world.note("\(event.message) received")
        } catch {
            faults.append(error)
        }
    }

    private func send(_ message: LinkMessage) {
        var bytes: [UInt8] = []
        message.encode(to: &bytes)
        connection?.send(bytes)
    }
}
