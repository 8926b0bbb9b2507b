import CSndFile
import Glibc

/// A WAV file that is being written, by libsndfile: the one place that knows it.
///
/// Each call may block for as long as the disk does.
@safe
struct WaveFile: ~Copyable {
    enum Fault: Error, Equatable, CustomStringConvertible {
        case nameIsTaken
        /// The system's word.
        case system(String)

        var description: String {
            switch self {
            case .nameIsTaken: "every name that the file may have is taken"
            case .system(let reason): reason
            }
        }
    }

    private let handle: OpaquePointer

    private init(handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    /// Makes a file that was not there, with a header that is valid for no audio; nothing where that fails.
    static func create(_ path: String) throws(Fault) -> WaveFile {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .nameIsTaken : .system(systemReason)
        }
        var info = SF_INFO()
        info.samplerate = Int32(RecordingFormat.frameRate)
        info.channels = Int32(RecordingFormat.channels)
        info.format = Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
        // It closes the descriptor with the file, and also where it fails.
        guard let handle = unsafe sf_open_fd(descriptor, Int32(SFM_WRITE), &info, Int32(SF_TRUE)) else {
            let reason = unsafe String(cString: sf_strerror(nil))
            try remove(path)
            throw .system(reason)
        }
        let file = unsafe WaveFile(handle: handle)
        do {
            try file.settle()
        } catch {
            try remove(path)
            throw error
        }
        return file
    }

    deinit {
        unsafe sf_close(handle)
    }

    /// Appends interleaved samples and brings the header up to date, so that a reader, or whoever finds the file
    /// after a crash, sees all of them.
    func write(_ samples: Span<Int16>) throws(Fault) {
        let frames = samples.count / RecordingFormat.channels
        let written = unsafe samples.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return sf_count_t(0) }
            return unsafe sf_writef_short(handle, start, sf_count_t(frames))
        }
        guard written == frames else { throw .system(reason) }
        try settle()
    }

    private func settle() throws(Fault) {
        unsafe sf_command(handle, Int32(SFC_UPDATE_HEADER_NOW), nil, 0)
        guard unsafe sf_error(handle) == 0 else { throw .system(reason) }
    }

    private var reason: String { unsafe String(cString: sf_strerror(handle)) }

    private static var systemReason: String { unsafe String(cString: strerror(errno)) }
}

extension WaveFile {
    /// Makes a directory, and those above it, where they are not there. Others than owner and group may not read it.
    static func makeDirectory(_ path: String) throws(Fault) {
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += name + "/"
            guard unsafe mkdir(made, 0o750) == 0 || errno == EEXIST else { throw .system(systemReason) }
        }
    }

    static func remove(_ path: String) throws(Fault) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .system(systemReason) }
    }

    /// Gives a file another name, unless a file has it. Both are in one file system, which knows links.
    static func move(_ path: String, to target: String) throws(Fault) {
        guard unsafe link(path, target) == 0 else { throw errno == EEXIST ? .nameIsTaken : .system(systemReason) }
        try remove(path)
    }

    static var processID: Int32 { getpid() }
}
