import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops

/// Speaks to a daemon as a SIP server would, and not as the driver does: in JSON, which the protocol takes as well.
actor NGProbe {
    struct NoAnswer: Error {
        var command: String
    }

    private nonisolated let loop: LibuvEventLoop
    private var socket: (any DatagramSocket)?
    private var cookies = 0
    private var answers: [String: [String: Any]] = [:]

    init(on loop: LibuvEventLoop) {
        self.loop = loop
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private func openSocket() throws -> any DatagramSocket {
        if let socket { return socket }
        let opened = try loop.openDatagramSocket(at: SocketAddress(host: "127.0.0.1", port: 0)) { datagram, _ in
            var bytes: [UInt8] = []
            for place in datagram.indices { bytes.append(datagram[place]) }
            self.assumeIsolated { [bytes] in $0.take(bytes) }
        }
        socket = opened
        return opened
    }

    private func take(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, let answer = try? JSONSerialization.jsonObject(with: Data(parts[1])) else { return }
        answers[String(decoding: parts[0], as: UTF8.self)] = answer as? [String: Any]
    }

    /// Sends a command until it is answered. The `sdp` of the answer, or its `result`.
    @discardableResult
    func ask(_ request: [String: String], of server: SocketAddress, tries: Int = 400) async throws -> String {
        let socket = try openSocket()
        cookies += 1
        let cookie = "test\(cookies)-\(UInt32.random(in: .min ... .max))"
        let body = try JSONSerialization.data(withJSONObject: request)
        let datagram = Array("\(cookie) ".utf8) + [UInt8](body)
        for _ in 0..<tries {
            socket.send(datagram.span, to: server)
            for _ in 0..<50 {
                if let answer = answers.removeValue(forKey: cookie) {
                    return answer["sdp"] as? String ?? answer["result"] as? String ?? ""
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        throw NoAnswer(command: request["command"] ?? "")
    }

    func awaitsPong(from server: SocketAddress) async throws -> Bool {
        try await ask(["command": "ping"], of: server, tries: 1_200) == "pong"
    }
}
