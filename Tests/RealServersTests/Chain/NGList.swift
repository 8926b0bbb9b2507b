import CallControl
import CallModel
import EventLoops

/// Asks rtpengine, by its NG protocol, how many sessions it has.
enum NGList {
    static func count(at address: SocketAddress, on shard: any EventLoop) async throws -> Int {
        let question = Array("\(UInt32.random(in: .min ... .max)) d7:command4:list5:limiti1000ee".utf8)
        let answer = try await DatagramQuestion.ask(
            question, at: address, from: SocketAddress(host: address.host, port: 0), on: shard)
        // COOKIE d5:callsl3:abc…e6:result2:oke
        let text = String(decoding: answer, as: UTF8.self)
        guard let list = text.firstRange(of: "5:callsl")?.upperBound else { throw ChainFault("no list: \(text)") }
        var rest = text[list...]
        var count = 0
        while let colon = rest.firstIndex(of: ":"), let length = Int(rest[..<colon]) {
            rest = rest[colon...].dropFirst(1 + length)
            count += 1
        }
        return count
    }
}
