import CallModel
import Testing

@testable import MediaServers

@Suite struct CaptureWatchTests {
    private var watch = CaptureWatch(start: .zero)

    /// Audio every 20 ms, written half a second later; the edges that are told.
    private mutating func run(_ milliseconds: Range<Int>, hears: Bool = true, writes: Bool = true) -> [String] {
        var edges: [String] = []
        for moment in stride(from: milliseconds.lowerBound, to: milliseconds.upperBound, by: 20) {
            let now = Duration.milliseconds(moment)
            if hears { watch.hear(at: now) }
            if writes, moment % 500 == 0 { watch.write(until: now - .milliseconds(100)) }
            edges += watch.look(now: now).map(\.text)
        }
        return edges
    }

    @Test mutating func `Capture begins with the first audio, once it is written`() {
        #expect(run(0..<1_000, hears: false).isEmpty)
        #expect(run(1_000..<1_500) == [])
        #expect(run(1_500..<2_000) == ["began 1000"])
        #expect(run(2_000..<10_000) == [])
    }

    @Test mutating func `A second without audio ends it at the last audio, and more audio begins it anew`() {
        _ = run(0..<2_000)
        #expect(run(2_000..<4_000, hears: false) == ["ended 1980"])
        #expect(run(4_000..<5_000) == ["began 4000"])
    }

    @Test mutating func `Less than that is no edge`() {
        _ = run(0..<2_000)
        #expect(run(2_000..<2_900, hears: false) == [])
        #expect(run(2_900..<4_000) == [])
    }

    @Test mutating func `A pause ends it at once, with what is still to be written`() {
        _ = run(0..<2_000)
        #expect(watch.end(willBeWritten: true).map(\.text) == ["ended 1980"])
        #expect(run(2_000..<4_000, hears: false) == [])
    }

    @Test mutating func `A short stretch is told whole`() {
        _ = run(0..<200)
        #expect(watch.end(willBeWritten: true).map(\.text) == ["began 0", "ended 180"])
        #expect(watch.end(willBeWritten: true).isEmpty)
    }

    @Test mutating func `A disk that fails ends it with what was written`() {
        _ = run(0..<2_100)
        #expect(run(2_100..<3_000, writes: false) == [])
        #expect(watch.end().map(\.text) == ["ended 1900"])
    }

    @Test mutating func `A disk that hangs ends it with what was written, and its return begins it anew`() {
        _ = run(0..<2_100)
        #expect(run(2_100..<6_000, writes: false) == ["ended 1900"])
        #expect(run(6_000..<8_000) == ["began 6020"])
    }
}

extension CaptureEvidence.Edge {
    fileprivate var text: String {
        switch self {
        case .began(let time): "began \(time.milliseconds)"
        case .ended(let time): "ended \(time.milliseconds)"
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
