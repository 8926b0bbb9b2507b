import CallControl
import CallControlTesting
import CallModel
import Foundation
import LibuvEventLoops
import Logging
import MediaServers
import RTPAudio
import TLibrary

/// The built-in recorder on a stand: its files are the truth.
final class BuiltInFixture: ConformanceFixture {
    let shard: FixtureLoop
    let crowd = 12
    private let directory: String
    private let logger: Logger
    private let telephones: MediaFixture
    private var telephoneOf: [ConnectionID: Int] = [:]

    init(on loop: LibuvEventLoop, directory: String, logger: Logger) throws {
        shard = .running(loop)
        self.directory = directory
        self.logger = logger
        telephones = MediaFixture(loop: loop, server: try Self.makeRecorder(directory, logger))
    }

    private static func makeRecorder(_ directory: String, _ logger: Logger) throws -> BuiltInRecorder {
        try BuiltInRecorder(directory: directory, mediaProof: .zero, logger: logger)
    }

    func makeDriver() async throws -> any MediaServer { try Self.makeRecorder(directory, logger) }

    func beginCall(_ connection: ConnectionID) async throws -> MediaSession? {
        telephoneOf[connection] = try await telephones.openTelephone()
        return nil
    }

    func sendAudio(of recording: FixtureRecording, to intake: RTPEndpoints) async throws {
        guard let telephone = telephoneOf[recording.connection] else { return }
        await telephones.speak(440, to: intake.anchor, recording.recording, .anchor, by: telephone)
        await telephones.speak(1_000, to: intake.other, recording.recording, .other, by: telephone)
    }

    /// Audio reaches the file in portions: what was heard before is passed over, and then a portion is looked at.
    func isCapturing(_ recording: FixtureRecording) async throws -> Bool? {
        let path = path(recording.file)
        let second = 2 * MemoryLayout<Int16>.size * 8_000
        let begin = try contents(path).count + second * 7 / 10
        _ = try await shard.pass(atMost: .seconds(60)) { try contents(path).count >= begin + second / 2 }
        return try contents(path).dropFirst(begin).chunks(of: MemoryLayout<Int16>.size).contains { sample in
            Int16(truncatingIfNeeded: Int(sample[0]) | Int(sample[1]) << 8).magnitude > 500
        }
    }

    func files() async throws -> [String]? {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".wav") }
            .map { String($0.dropLast(4)) }.sorted()
    }

    func isClosed(_ file: String) async throws -> Bool? {
        try !OpenFiles.paths(of: getpid()).contains(path(file))
    }

    private func path(_ file: String) -> String { "\(directory)/\(file).wav" }

    private func contents(_ path: String) throws -> [UInt8] {
        FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    }
}

extension RandomAccessCollection {
    /// Pieces of one length, each indexed from 0; what is left over is left out.
    fileprivate func chunks(of length: Int) -> [[Element]] {
        stride(from: 0, to: count - length + 1, by: length).map { offset in
            Array(self[index(startIndex, offsetBy: offset)..<index(startIndex, offsetBy: offset + length)])
        }
    }
}
