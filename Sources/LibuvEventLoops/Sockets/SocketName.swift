import CLibuv
import EventLoops
import Glibc

/// An address as the kernel has it.
struct SocketName {
    private(set) var storage = sockaddr_storage()

    /// Throws where the host is not a numeric address: names are not looked up here.
    init(_ address: SocketAddress) throws(UVError) {
        let port = Int32(address.port)
        var result: Int32 = 0
        unsafe withUnsafeMutablePointer(to: &storage) { storage in
            if address.host.contains(":") {
                unsafe storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { name in
                    result = unsafe uv_ip6_addr(address.host, port, name)
                }
            } else {
                unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
                    result = unsafe uv_ip4_addr(address.host, port, name)
                }
            }
        }
        try UVError.check(result)
    }

    init(copying name: UnsafePointer<sockaddr>) {
        let size = unsafe Int(SocketName.length(of: Int32(name.pointee.sa_family)))
        unsafe withUnsafeMutableBytes(of: &storage) { storage in
            unsafe storage.copyMemory(from: UnsafeRawBufferPointer(start: name, count: size))
        }
    }

    /// What one of the kernel's calls writes, which returns a negative result where it fails.
    init(
        reading: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) throws(UVError) {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var result: Int32 = 0
        unsafe withUnsafeMutablePointer(to: &storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe withUnsafeMutablePointer(to: &length) { length in
                    result = unsafe reading(name, length)
                }
            }
        }
        try UVError.check(result)
    }

    var family: Int32 { Int32(storage.ss_family) }

    private var length: socklen_t { SocketName.length(of: family) }

    private static func length(of family: Int32) -> socklen_t {
        socklen_t(family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    }

    func withPointer<Output>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Output) -> Output {
        unsafe withUnsafePointer(to: storage) { storage in
            unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe body(name, length)
            }
        }
    }

    /// Whether the two are the same host and port.
    func isSame(as other: UnsafePointer<sockaddr>) -> Bool {
        unsafe withPointer { name, length in
            unsafe name.pointee.sa_family == other.pointee.sa_family && memcmp(name, other, Int(length)) == 0
        }
    }

    /// The address that it stands for; empty and port 0 for another family than IPv4 and IPv6.
    var address: SocketAddress {
        unsafe withPointer { name, _ in unsafe SocketAddress(name) }
    }
}

extension SocketAddress {
    init(_ name: UnsafePointer<sockaddr>) {
        let host = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard let start = text.baseAddress, unsafe uv_ip_name(name, start, text.count) == 0 else { return "" }
            return unsafe String(cString: start)
        }
        self.init(host: host, port: unsafe SocketAddress.port(of: name))
    }

    private static func port(of name: UnsafePointer<sockaddr>) -> UInt16 {
        let raw = unsafe UnsafeRawPointer(name)
        switch Int32(unsafe name.pointee.sa_family) {
        case AF_INET: return unsafe UInt16(bigEndian: raw.assumingMemoryBound(to: sockaddr_in.self).pointee.sin_port)
        case AF_INET6: return unsafe UInt16(bigEndian: raw.assumingMemoryBound(to: sockaddr_in6.self).pointee.sin6_port)
        default: return 0
        }
    }
}
