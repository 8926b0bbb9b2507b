import Foundation
import Glibc
import Synchronization
import TestProcesses
import TestSupport
import Testing

/// One program of the chain, as a process with a log of its own.
///
/// A shell holds it on a leash, a pipe from this process: when that is let go, however this process ends, the program and
/// its children are told to end, and killed where they do not.
final class ChainPart: Sendable {
    private static let shell = """
        exec 3<&0
        setsid "$@" > "$LOG" 2>&1 < /dev/null 3<&- &
        child=$!
        echo $child > "$LOG.group"
        {
            read -r leash <&3
            # As a group, and alone where it is none yet.
            kill -TERM -$child || kill -TERM $child
            for moment in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                kill -0 $child || exit
                sleep 0.1
            done
            kill -KILL -$child
        } > /dev/null 2>&1 &
        keeper=$!
        exec 3<&-
        wait $child
        status=$?
        kill $keeper
        exit $status
        """

    let name: String
    private let logFile: String
    private let process: ChildProcess
    private let leash = Pipe()
    private let isLoose = Atomic(false)

    /// Starts `program`, an absolute path, in `directory`, where its log is written, too.
    init(_ name: String, _ program: String, _ arguments: [String], in directory: String) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw ChainFault("There is no \(program): scripts/test installs what these tests run.")
        }
        self.name = name
        logFile = "\(directory)/\(name)-\(UInt32.random(in: .min ... .max)).log"
        process = try ChildProcess(
            "/bin/sh", ["-c", Self.shell, name, program] + arguments,
            environment: ["LOG": logFile, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], directory: directory,
            input: .pipe(leash))
    }

    deinit { letGo() }

    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    /// What matters of the log: where the program has crashed, the place; else its last words.
    var excerpt: Substring {
        let log = log
        guard let crash = log.range(of: " crashed:") else { return log.suffix(1_500) }
        return log[(log.index(crash.lowerBound, offsetBy: -400, limitedBy: log.startIndex) ?? log.startIndex)...]
            .prefix(4_000)
    }

    /// Waits until the program has said `words`, so many times.
    func says(_ words: String, times: Int = 1) async throws {
        try await eventually("\(name) says \"\(words)\"") { log.ranges(of: words).count >= times }
    }

    /// Sends a signal to the program and its children.
    func signal(_ number: Int32) throws {
        let group = try String(contentsOfFile: "\(logFile).group", encoding: .utf8)
        guard let leader = Int32(group.trimmingCharacters(in: .whitespacesAndNewlines)), kill(-leader, number) == 0
        else {
            throw ChainFault("\(name) cannot be signalled")
        }
    }

    /// Waits for the end of the program, and returns its exit status.
    func ends() async throws -> Int32 {
        try await eventually("\(name) ends") { !process.isRunning }
        return process.terminationStatus
    }

    /// Ends it, and returns when it is gone, after two seconds at most.
    func end() {
        letGo()
        process.waitUntilExit()
    }

    private func letGo() {
        guard !isLoose.exchange(true, ordering: .relaxed) else { return }
        try? leash.fileHandleForWriting.close()
    }
}

/// What the chain could not do for a test.
struct ChainFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Waits until `condition` holds.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    guard try await holdsEventually(condition) else { throw ChainFault("It did not come to pass: \(what)") }
}
