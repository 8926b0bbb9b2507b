import CallModel
import EventLoops
import Foundation

/// Reads `HOST:PORT` as people write it.
enum HostAndPort {
    /// An IP address or `localhost`; `nil` for anything else.
    static func numeric(_ text: String) -> SocketAddress? {
        guard let address = SocketAddress(text) else { return nil }
        if address.host == "localhost" { return SocketAddress(host: "127.0.0.1", port: address.port) }
        return isIPv4(address.host) || isIPv6(address.host) ? address : nil
    }

    /// The same, or a port alone: of the loopback address.
    static func endpoint(_ text: String) -> SocketAddress? {
        guard !text.isEmpty, text.utf8.allSatisfy(isDigit) else { return numeric(text) }
        return UInt16(text).map { SocketAddress(host: "127.0.0.1", port: $0) }
    }

    /// An IP address, or a name that the system knows. Waits for the system's word: for a program's start alone.
    static func resolved(_ text: String) -> SocketAddress? {
        if let address = numeric(text) { return address }
        guard let address = SocketAddress(text), !address.host.contains(":") else { return nil }
        let found = Host(name: address.host).addresses
        return (found.first(where: isIPv4) ?? found.first(where: isIPv6)).map {
            SocketAddress(host: $0, port: address.port)
        }
    }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.utf8.allSatisfy(isDigit) && UInt8(part) != nil
            }
    }

    /// Groups of hex digits, at most one `::`, and where they end an IPv4 address may stand for the last two.
    static func isIPv6(_ text: String) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.contains(":") else { return false }
        let counts = halves.enumerated().map { groups(in: $0.element, isLast: $0.offset == halves.count - 1) }
        guard !counts.contains(nil) else { return false }
        let count = counts.compactMap(\.self).reduce(0, +)
        return halves.count == 2 ? count <= 7 : count == 8
    }

    /// How many groups of 16 bits; `nil` where they are none.
    private static func groups(in text: Substring, isLast: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        if isLast, let last = groups.last, last.contains(".") {
            guard isIPv4(String(last)) else { return nil }
            groups.removeLast()
            count = 2
        }
        let areNumbers = groups.allSatisfy { (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(isHexDigit) }
        return areNumbers ? count + groups.count : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
