import CallControl
import CallModel
import EventLoops
import Foundation
import Glibc
import Synchronization
import TestProcesses
import TestSupport

/// A real rtpengine, with an address and directories of its own: started for one test, and gone after it.
///
/// It is Debian's, or the one that the environment's `RTPENGINE` names.
final class Daemon: Sendable {
    /// How it is started, and what is wrong with that.
    struct Settings: Sendable {
        enum Spool: Sendable {
            case sound
            /// The directory is taken away once it runs.
            case lost
            /// It is not told of any.
            case none
        }

        var spool = Spool.sound
        /// `pcap`, `proc` or `all`.
        var method = "pcap"
        /// What one file may grow to, in units of 512 bytes: beyond it every write fails, as on a full disk.
        var fileLimit: Int?
    }

    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    /// Every daemon has a loopback address of its own, and with it every port.
    let host: String
    let directory: String
    private let guardian = Mutex<ChildProcess?>(nil)
    private let leash: Pipe
    private let processID = Atomic<Int32>(0)

    var address: SocketAddress { SocketAddress(host: host, port: 2_223) }
    var spool: String { "\(directory)/spool" }
    var pid: Int32 { processID.load(ordering: .relaxed) }

    /// Runs `body` with a daemon that answers.
    static func run<Result>(
        _ settings: Settings = Settings(), by client: NGProbe, _ body: (Daemon) async throws -> Result
    ) async throws -> Result {
        let daemon = try Daemon(settings)
        do {
            try await daemon.start(settings, by: client)
            let result = try await body(daemon)
            await daemon.end()
            return result
        } catch {
            await daemon.end()
            throw error
        }
    }

    private init(_ settings: Settings) throws {
        let parts = (0..<3).map { _ in Int.random(in: 1...254) }
        host = "127.\(parts[0]).\(parts[1]).\(parts[2])"
        directory = NSTemporaryDirectory() + "rtpengine-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: "\(directory)/spool", withIntermediateDirectories: true)
        leash = Pipe()
    }

    /// The daemon is a child of a shell that ends it when this process lets go of the pipe, however that comes.
    private static let script = """
        trap '' XFSZ
        [ -z "$LIMIT" ] || ulimit -f "$LIMIT"
        "$@" > "$LOG" 2>&1 < /dev/null &
        echo $!
        read -r leash
        kill -9 $!
        """

    private func start(_ settings: Settings, by client: NGProbe) async throws {
        let executable = ProcessInfo.processInfo.environment["RTPENGINE"] ?? "/usr/bin/rtpengine"
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw Fault(
                description: "There is no rtpengine at \(executable): install Debian's package rtpengine-daemon.")
        }
        let output = Pipe()
        let environment = [
            "LIMIT": settings.fileLimit.map(String.init) ?? "", "LOG": "\(directory)/log",
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        ]
        let child = try ChildProcess(
            "/bin/sh", ["-c", Self.script, "guardian", executable] + arguments(settings), environment: environment,
            input: .pipe(leash), output: .pipe(output))
        guardian.withLock { $0 = child }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let id = Int32(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Fault(description: "rtpengine was not started")
        }
        processID.store(id, ordering: .relaxed)
        guard try await client.awaitsPong(from: address) else {
            throw Fault(description: "rtpengine does not answer: \(log.suffix(500))")
        }
        if settings.spool == .lost { try FileManager.default.removeItem(atPath: spool) }
    }

    private func arguments(_ settings: Settings) -> [String] {
        var arguments = [
            "--config-file=none", "--foreground", "--log-stderr", "--log-level=6", "--table=-1",
            "--interface=\(host)", "--listen-ng=\(address)", "--listen-cli=\(host):2224", "--port-min=30000",
            "--port-max=39999", "--num-threads=2", "--recording-method=\(settings.method)",
            "--recording-format=eth", "--delete-delay=0", "--timeout=120",
        ]
        if settings.spool != .none { arguments.append("--recording-dir=\(spool)") }
        return arguments
    }

    /// Returns when it is dead, and writes to its directory no more.
    private func end() async {
        // The shell reads the end of the pipe, kills the daemon and ends.
        try? leash.fileHandleForWriting.close()
        guardian.withLock { $0 }?.waitUntilExit()
        for _ in 0..<HangLimit.minutes * 12_000 where isAlive { try? await Task.sleep(for: .milliseconds(5)) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private var isAlive: Bool {
        guard pid > 0, let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else {
            return false
        }
        return !status.contains("State:\tZ")
    }

    var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

    // MARK: What may happen to it

    /// Stands still, as a process on a hung disk does: with all of its threads, when this returns.
    func freeze() async throws {
        _ = Glibc.kill(pid, SIGSTOP)
        _ = try await holdsEventually { areThreadsStopped }
    }

    private var areThreadsStopped: Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.allSatisfy { thread in
            let status = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)
            return status?.contains("State:\tT") == true
        }
    }

    func thaw() { _ = Glibc.kill(pid, SIGCONT) }

    func kill() { _ = Glibc.kill(pid, SIGKILL) }
}

// MARK: The truth of its recordings

extension Daemon {
    /// The files with packets in them, or for them: without directory and extension.
    var files: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(spool)/pcaps")) ?? []
        return names.filter { $0.hasSuffix(".pcap") }.map { String($0.dropLast(5)) }.sorted()
    }

    func path(_ file: String) -> String { "\(spool)/pcaps/\(file).pcap" }

    func size(of file: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(file))
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    func isOpen(_ file: String) -> Bool { openFiles.contains(file) }

    /// The files that it holds open, also those that were given another name meanwhile.
    var openFiles: [String] {
        let open = openInodes
        return files.filter { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path(file))
            return (attributes?[.systemFileNumber] as? NSNumber).map { open.contains($0.uint64Value) } ?? false
        }
    }

    private var openInodes: Set<UInt64> {
        let folder = "/proc/\(pid)/fdinfo"
        let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(
            descriptors.compactMap { descriptor in
                let lines = (try? String(contentsOfFile: "\(folder)/\(descriptor)", encoding: .utf8))?.split(
                    separator: "\n")
                let inode = lines?.first { $0.hasPrefix("ino:") }?.split(whereSeparator: \.isWhitespace).last
                return inode.flatMap { UInt64($0) }
            })
    }
}
