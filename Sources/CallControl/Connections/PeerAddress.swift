import CallModel

/// The address that connections of one peer come from, as limits count them: an IPv4 address, or a /64 network of IPv6,
/// since one host has all addresses of such a network.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    private let bits: UInt64
    private let isIPv6: Bool
    private let isLoopbackIPv6: Bool

    /// Reads a numeric address; what is none counts as one address of its own.
    package init(_ host: String) {
        if let address = IPv4Text.address(host[...]) {
            self.init(ipv4: address)
        } else {
            self.init(ipv6: IPv6Text.groups(host[...]) ?? [])
        }
    }

    private init(bits: UInt64, isIPv6: Bool, isLoopbackIPv6: Bool = false) {
        self.bits = bits
        self.isIPv6 = isIPv6
        self.isLoopbackIPv6 = isLoopbackIPv6
    }

    private init(ipv4 address: UInt32) {
        self.init(bits: UInt64(address), isIPv6: false)
    }

    /// Eight groups, or none. An IPv4 address that is mapped into IPv6 is that IPv4 address.
    private init(ipv6 groups: [UInt16]) {
        guard groups.count == 8 else {
            self.init(bits: .max, isIPv6: true)
            return
        }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            self.init(ipv4: UInt32(groups[6]) << 16 | UInt32(groups[7]))
            return
        }
        self.init(
            bits: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }, isIPv6: true,
            isLoopbackIPv6: groups == [0, 0, 0, 0, 0, 0, 0, 1])
    }

    /// Whether only this machine reaches it.
    package var isLoopback: Bool { isIPv6 ? isLoopbackIPv6 : bits >> 24 == 127 }

    package var description: String {
        guard isIPv6 else {
            return [24, 16, 8, 0].map { String(bits >> UInt64($0) & 0xFF) }.joined(separator: ".")
        }
        return [48, 32, 16, 0].map { String(bits >> UInt64($0) & 0xFFFF, radix: 16) }.joined(separator: ":") + "::/64"
    }
}

private enum IPv4Text {
    static func address(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?(0)) { sum, part in
            guard let sum, let part else { return nil }
            return sum << 8 | UInt32(part)
        }
    }
}

private enum IPv6Text {
    /// All eight groups; `nil`: the text is no IPv6 address.
    static func groups(_ text: Substring) -> [UInt16]? {
        let text = text.prefix { $0 != "%" }
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = run(text), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = run(text[..<gap.lowerBound]), let tail = run(text[gap.upperBound...]),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Groups without a gap; the last two may be written as an IPv4 address.
    private static func run(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            if let group = UInt16(part, radix: 16), part.utf8.count <= 4 {
                groups.append(group)
            } else if let address = IPv4Text.address(part) {
                groups += [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
            } else {
                return nil
            }
        }
        return groups
    }
}
