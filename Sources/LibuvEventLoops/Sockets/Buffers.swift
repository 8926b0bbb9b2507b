import CLibuv

/// A request of libuv to write, and behind it in the same memory the bytes.
@unsafe struct WriteRequest {
    let pointer: UnsafeMutablePointer<uv_write_t>
    let bytes: UnsafeMutableRawBufferPointer

    static func make(copying bytes: UnsafeRawBufferPointer) -> WriteRequest {
        let header = unsafe MemoryLayout<uv_write_t>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: header + bytes.count, alignment: 16)
        let copy = unsafe UnsafeMutableRawBufferPointer(start: memory + header, count: bytes.count)
        unsafe copy.copyMemory(from: bytes)
        return unsafe WriteRequest(pointer: memory.bindMemory(to: uv_write_t.self, capacity: 1), bytes: copy)
    }
}

extension UnsafeMutablePointer<uv_write_t> {
    /// Frees the request and its bytes.
    func deallocateWrite() {
        unsafe UnsafeMutableRawPointer(self).deallocate()
    }
}

extension uv_buf_t {
    init(_ bytes: UnsafeMutableRawBufferPointer) {
        unsafe self.init(base: bytes.baseAddress?.assumingMemoryBound(to: CChar.self), len: bytes.count)
    }
}

/// The first `count` bytes of a read buffer.
func bytesRead(_ start: UnsafeMutablePointer<CChar>, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    unsafe UnsafeRawBufferPointer(start: start, count: count).bindMemory(to: UInt8.self)
}

extension LibuvEventLoop {
    /// The loop's one read buffer: what is read is used before the next read.
    var bufferToRead: uv_buf_t {
        unsafe uv_buf_t(readBuffer)
    }
}
