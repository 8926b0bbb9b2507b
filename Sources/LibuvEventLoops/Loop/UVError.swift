import CLibuv
import EventLoops

/// A negative result of libuv, which on Linux is a negated `errno`.
struct UVError: Error, Equatable {
    var code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    /// The system's word for it, such as `address already in use`.
    var reason: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { text in
            guard let start = text.baseAddress else { return "" }
            unsafe uv_strerror_r(code, start, text.count)
            return unsafe String(cString: start)
        }
    }

    func during(_ operation: String) -> EventLoopError {
        EventLoopError(operation: operation, reason: reason)
    }

    /// Throws where libuv says that it could not.
    static func check(_ result: Int32) throws(UVError) {
        guard result >= 0 else { throw UVError(result) }
    }
}

extension EventLoopError {
    static func stopping(_ operation: String) -> EventLoopError {
        EventLoopError(operation: operation, reason: "the event loop is stopping")
    }
}
