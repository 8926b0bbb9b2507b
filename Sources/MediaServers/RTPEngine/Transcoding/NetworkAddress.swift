import CallModel
import EventLoops

/// An address as packets carry it. An IPv4 address stands in its place among the IPv6 ones (RFC 4291, section 2.5.5.2).
struct NetworkAddress: Hashable {
    var host: UInt128
    var port: UInt16

    static func host(_ version4: UInt32) -> UInt128 { 0xFFFF_0000_0000 | UInt128(version4) }
}

extension NetworkAddress {
    /// Reads a numeric address; `nil` where it is none.
    init?(_ address: SocketAddress) {
        // What follows a percent sign is the scope of a link-local address, which packets do not carry.
        let text = address.host.prefix { $0 != "%" }
        guard let host = text.contains(":") ? Self.version6(text) : Self.version4(text).map(Self.host) else {
            return nil
        }
        self.init(host: host, port: address.port)
    }

    private static func version4(_ text: Substring) -> UInt32? {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard numbers.count == 4 else { return nil }
        return numbers.reduce(0 as UInt32?) { host, number in
            guard let host, let number else { return nil }
            return host << 8 | UInt32(number)
        }
    }

    private static func version6(_ text: Substring) -> UInt128? {
        guard let gap = text.firstRange(of: "::") else {
            return groups(text).flatMap { $0.count == 8 ? number($0) : nil }
        }
        guard let head = groups(text[..<gap.lowerBound]), let tail = groups(text[gap.upperBound...]),
            head.count + tail.count < 8
        else { return nil }
        return number(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    /// Groups of 16 bits; the last two may be written as an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        for word in text.split(separator: ":", omittingEmptySubsequences: false) {
            if let host = version4(word) {
                groups += [UInt16(host >> 16), UInt16(truncatingIfNeeded: host)]
            } else if let group = UInt16(word, radix: 16) {
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}
