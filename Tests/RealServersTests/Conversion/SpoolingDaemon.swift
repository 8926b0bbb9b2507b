import CallModel
import EventLoops
import Foundation
import TestProcesses

/// An rtpengine that records to a directory of its own, for one test: Debian's, or the one that the environment's
/// `RTPENGINE` names.
final class SpoolingDaemon {
    static let program = ProcessInfo.processInfo.environment["RTPENGINE"] ?? "/usr/bin/rtpengine"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let address: SocketAddress
    let directory: String
    private let process: ChildProcess

    /// `format`: of its pcap files, `eth` or `raw`.
    init(format: String) throws {
        directory = NSTemporaryDirectory() + "spool-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        // Its sockets share ports with others that allow it, and packets then go to one of the two: it takes few, and
        // none of those that the system gives away.
        let firstPort = 2 * UInt16.random(in: 6_000...15_000)
        address = SocketAddress(host: "127.0.0.1", port: firstPort + 41)
        process = try ChildProcess(
            Self.program,
            [
                "--config-file=none", "-f", "-E", "-L", "4", "--table=-1", "--interface=127.0.0.1",
                "--listen-ng=\(address)", "--port-min=\(firstPort)", "--port-max=\(firstPort + 39)", "--num-threads=2",
                "--recording-dir=\(directory)", "--recording-method=pcap", "--recording-format=\(format)",
                "--delete-delay=0", "--timeout=120",
            ])
    }

    func kill() { process.send(SIGKILL) }

    func freeze() { process.send(SIGSTOP) }

    func thaw() { process.send(SIGCONT) }

    /// The whole packets in its pcap files.
    func capturedPackets() throws -> Int {
        try files("pcaps").filter { $0.hasSuffix(".pcap") }.reduce(0) { count, name in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/pcaps/\(name)"))
            return count + Self.packets(in: [UInt8](bytes))
        }
    }

    /// Each has a head of 16 bytes, with its length in the third word.
    private static func packets(in bytes: [UInt8]) -> Int {
        var (place, count) = (24, 0)
        while place + 16 <= bytes.count {
            let length = (0..<4).reversed().reduce(0) { $0 << 8 | Int(bytes[place + 8 + $1]) }
            place += 16 + length
            if place <= bytes.count { count += 1 }
        }
        return count
    }

    func end() {
        thaw()
        process.terminate()
        for _ in 0..<4_000 where process.isRunning {
            usleep(5_000)
        }
        process.send(SIGKILL)
        try? FileManager.default.removeItem(atPath: directory)
    }

    func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)").sorted()
    }
}
