public import Foundation
import Glibc
import Synchronization

/// A program that a test runs, with as much of Foundation's `Process` as tests need.
///
/// Foundation's own lists the open descriptors before each start, and reads beyond what the system gives it for that: with
/// many descriptors open it ends the whole test run now and then. This one has the kernel close them.
public final class ChildProcess: Sendable {
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// What a child reads from, or writes to.
    public enum Stream: Sendable {
        case nullDevice
        case file(FileHandle)
        /// This process keeps the other end.
        case pipe(Pipe)
    }

    public let processIdentifier: Int32
    /// As `waitpid` tells it; `nil`: it runs.
    private let status = Mutex<Int32?>(nil)

    /// Starts `program`, an absolute path. The child inherits no descriptor but its three streams, blocks no signal, and has
    /// this process' environment where it is given none.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, directory: String? = nil,
        input: Stream = .nullDevice, output: Stream = .nullDevice, errors: Stream = .nullDevice
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (stream, number) in [(input, Int32(0)), (output, 1), (errors, 2)] {
            if let descriptor = stream.descriptor(forReading: number == 0) {
                unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            }
        }
        if let directory { _ = unsafe addDirectory(&actions, directory) }
        _ = unsafe addCloseFrom(&actions, 3)
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
        processIdentifier = try unsafe Self.spawn(program, [program] + arguments, variables, &actions)
        for (stream, number) in [(input, 0), (output, 1), (errors, 2)] { stream.closeOtherEnd(isInput: number == 0) }
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ variables: [String], _ actions: inout posix_spawn_file_actions_t
    ) throws -> Int32 {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Threads that tests run on block signals, and ignore some: a program would inherit both.
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = unsafe (arguments.map { unsafe strdup($0) } + [nil], variables.map { unsafe strdup($0) } + [nil])
        defer { unsafe (words.0 + words.1).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let fault = unsafe posix_spawn(&child, program, &actions, &attributes, &words.0, &words.1)
        guard fault == 0 else {
            throw Fault(description: "\(program) cannot be started: \(unsafe String(cString: strerror(fault)))")
        }
        return child
    }

    public var isRunning: Bool {
        status.withLock { status in
            if status == nil {
                var ended: Int32 = 0
                if unsafe waitpid(processIdentifier, &ended, WNOHANG) != 0 { status = ended }
            }
            return status == nil
        }
    }

    public func waitUntilExit() {
        while isRunning { usleep(2_000) }
    }

    /// The exit status, or the number of the signal that ended it. 0 while it runs.
    public var terminationStatus: Int32 {
        guard !isRunning, let status = status.withLock({ $0 }) else { return 0 }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
    }

    public func terminate() { send(SIGTERM) }

    public func send(_ signal: Int32) {
        if isRunning { _ = kill(processIdentifier, signal) }
    }
}

extension ChildProcess.Stream {
    fileprivate func descriptor(forReading: Bool) -> Int32? {
        switch self {
        case .nullDevice: nil
        case .file(let handle): handle.fileDescriptor
        case .pipe(let pipe): (forReading ? pipe.fileHandleForReading : pipe.fileHandleForWriting).fileDescriptor
        }
    }

    /// The child's end of a pipe: while this process has it, too, nobody would see the other end close.
    fileprivate func closeOtherEnd(isInput: Bool) {
        guard case .pipe(let pipe) = self else { return }
        try? (isInput ? pipe.fileHandleForReading : pipe.fileHandleForWriting).close()
    }
}

// GNU's own, which Swift does not import from glibc.

@_silgen_name("posix_spawn_file_actions_addchdir_np")
private func addDirectory(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ path: UnsafePointer<CChar>
) -> Int32

@_silgen_name("posix_spawn_file_actions_addclosefrom_np")
private func addCloseFrom(_ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32) -> Int32
