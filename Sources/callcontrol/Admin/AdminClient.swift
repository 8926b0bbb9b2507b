import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import Synchronization

/// Asks the inspection port of a server, one request a connection.
struct AdminClient: Sendable {
    /// Of an answer, in bytes: a page of the longest rows is far below it.
    static let answerLimit = 16_777_216
    private static let patience = Duration.seconds(10)

    let address: SocketAddress
    let loop: LibuvEventLoop

    /// What came back.
    struct Answer: Sendable, Equatable {
        var status: Int
        var body: Data

        var sentence: String {
            String(decoding: body, as: UTF8.self).split(separator: "\n").first.map { String($0).printable } ?? ""
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    func get(_ path: String) async throws(Failure) -> Answer {
        let gatherer = AnswerGatherer("GET \(path) HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n")
        let gathered = await ShardVisitor(loop).gather(from: address, by: gatherer, patience: Self.patience)
        guard let answer = Self.answer(in: try gathered.get()) else {
            throw Failure(description: "\(address) does not answer as a server's metrics port does")
        }
        return answer
    }

    /// Head and body, where the body is as long as the head says.
    static func answer(in bytes: [UInt8]) -> Answer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = head[0].split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        let length = head.lazy.compactMap { line in
            let sides = line.split(separator: ":", maxSplits: 1)
            guard sides.count == 2, sides[0].lowercased() == "content-length" else { return Int?.none }
            return Int(sides[1].trimmingCharacters(in: .whitespaces))
        }.first
        let body = bytes[end.upperBound...]
        guard length == body.count else { return nil }
        return Answer(status: status, body: Data(body))
    }
}

/// Sends a request, and gathers what comes until the other side closes.
private final class AnswerGatherer: ByteStreamHandler {
    typealias Gathered = Result<[UInt8], AdminClient.Failure>

    private struct State {
        var request: [UInt8]
        var bytes: [UInt8] = []
        var stream: (any ByteStream)?
        var tell: (@Sendable (Gathered) -> Void)?
    }

    private let state: Locked<State>

    init(_ request: String) {
        state = Locked(State(request: Array(request.utf8)))
    }

    /// `tell` is called once.
    func begin(_ tell: @escaping @Sendable (Gathered) -> Void) {
        state.withLock { $0.tell = tell }
    }

    func connected(_ stream: any ByteStream) {
        let request = state.withLock { state in
            state.stream = stream
            return state.request
        }
        // A new connection takes a few dozen bytes at once.
        _ = stream.write(request.span)
    }

    func received(_ bytes: Span<UInt8>) {
        var more: [UInt8] = []
        for place in bytes.indices { more.append(bytes[place]) }
        let piece = more
        let isTooLong = state.withLock { state in
            state.bytes += piece
            return state.bytes.count > AdminClient.answerLimit
        }
        if isTooLong { fail("the answer is too long") }
    }

    func becameWritable() {}

    func closed() {
        end { .success($0) }
    }

    func fail(_ reason: String) {
        end { _ in .failure(AdminClient.Failure(description: reason)) }
    }

    private func end(_ result: ([UInt8]) -> Gathered) {
        let (tell, stream, bytes) = state.withLock { state in
            defer { state.stream = nil }
            return (state.tell.take(), state.stream, state.bytes)
        }
        stream?.close()
        tell?(result(bytes))
    }
}

extension ShardVisitor {
    fileprivate func gather(
        from address: SocketAddress, by gatherer: AnswerGatherer, patience: Duration
    ) async -> AnswerGatherer.Gathered {
        let shard = seat.shard
        return await withCheckedContinuation { continuation in
            gatherer.begin { continuation.resume(returning: $0) }
            _ = shard.after(patience) { gatherer.fail("\(address) does not answer") }
            shard.connect(to: address) { result in
                switch result {
                case .success(let stream):
                    gatherer.connected(stream)
                    return gatherer
                case .failure(let error):
                    gatherer.fail(error.description)
                    return nil
                }
            }
        }
    }
}
