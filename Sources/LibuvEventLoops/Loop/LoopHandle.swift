import CLibuv

/// Owns the memory of one libuv handle: taken here, freed in the handle's close callback and nowhere else. Until then
/// libuv's pointer keeps the object alive.
///
/// `@unchecked Sendable`: its state, and that of its subclasses, is used on the loop's thread alone.
@safe class LoopHandle: @unchecked Sendable {
    let loop: LibuvEventLoop
    private let memory: UnsafeMutableRawPointer

    /// Whether ``closeHandle()`` was called: from then on libuv is asked nothing more about this handle.
    private(set) var isClosing = false

    /// Makes a handle of libuv's `type` with one of its `uv_…_init` functions.
    init(
        _ type: uv_handle_type, on loop: LibuvEventLoop,
        initialise: (UnsafeMutablePointer<uv_loop_t>, UnsafeMutableRawPointer) -> Int32
    ) throws(UVError) {
        self.loop = loop
        unsafe memory = .allocate(byteCount: uv_handle_size(type), alignment: 16)
        let result = unsafe initialise(loop.uv, memory)
        guard result == 0 else {
            unsafe memory.deallocate()
            throw UVError(result)
        }
        unsafe handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// The handle as what it was made as.
    func pointer<Handle>(as type: Handle.Type) -> UnsafeMutablePointer<Handle> {
        unsafe memory.assumingMemoryBound(to: type)
    }

    var handle: UnsafeMutablePointer<uv_handle_t> { unsafe pointer(as: uv_handle_t.self) }

    /// Closes the handle. ``didClose()`` comes in a later turn.
    final func closeHandle() {
        guard !isClosing else { return }
        isClosing = true
        unsafe uv_close(handle) { handle in unsafe LoopHandle.handleClosed(handle) }
    }

    /// The last that happens to a handle, in a turn of its own.
    func didClose() {}

    /// On the loop's thread.
    private static func handleClosed(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
        guard let data = unsafe handle?.pointee.data else { return }
        let owner = unsafe Unmanaged<LoopHandle>.fromOpaque(data).takeRetainedValue()
        owner.loop.turn { owner.didClose() }
        unsafe owner.memory.deallocate()
    }
}

/// Whose callback this is. On the loop's thread.
func owner<Owner: LoopHandle>(of data: UnsafeMutableRawPointer?, as type: Owner.Type = Owner.self) -> Owner {
    guard let data = unsafe data else {
        preconditionFailure("libuv called back for a handle that has no owner")
    }
    return unsafe Unmanaged<Owner>.fromOpaque(data).takeUnretainedValue()
}
