import EventLoops
import TLibrary
import Testing

@testable import CallModel

struct IdentityTests {
    @Test func `a CallUUID is 32 characters of 0 to 9 and A to V, and every bit counts`() {
        #expect(CallIdentity.makeUUID(0, 0) == String(repeating: "0", count: 32))
        #expect(CallIdentity.makeUUID(.max, .max) == "0000007" + String(repeating: "V", count: 25))
        var seen: Set<String> = []
        for bit in 0..<64 {
            seen.insert(CallIdentity.makeUUID(1 << bit, 0))
            seen.insert(CallIdentity.makeUUID(0, 1 << bit))
        }
        #expect(seen.count == 128 && seen.allSatisfy { $0.utf8.count == 32 })
    }

    @Test(arguments: [
        ("127.0.0.1:4004", "127.0.0.1", 4_004), ("[::1]:0", "::1", 0), ("host:65535", "host", 65_535),
    ])
    func `an address and how it is written`(text: String, host: String, port: UInt16) {
        let address = SocketAddress(text)
        #expect(address == SocketAddress(host: host, port: port) && address?.description == text)
    }

    @Test func `what is no address`() {
        for text in ["", ":", ":80", "host", "host:", "host:65536", "host:-1", "host:x", "::1:80", "[]:80", "a:b:80"] {
            #expect(SocketAddress(text) == nil, "\(text)")
        }
    }

    @Test func `a short list keeps its order, and knows when it has one element`() {
        var few: TinyArray<Int> = []
        #expect(few.isEmpty && few.only == nil && Array(few).isEmpty)
        few.append(1)
        #expect(few.only == 1 && few.count == 1)
        few.append(contentsOf: [2, 3])
        #expect(Array(few) == [1, 2, 3] && few.only == nil && few.count == 3 && few == [1, 2, 3])
        var visited: [Int] = []
        few.forEach { visited.append($0) }
        #expect(visited == [1, 2, 3])
    }
}
