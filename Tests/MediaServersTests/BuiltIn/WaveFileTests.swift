import Foundation
import Testing

@testable import MediaServers

@Suite struct WaveFileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "wave-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    private func samples(_ frames: Int, from first: Int = 0) -> [Int16] {
        (first..<first + frames).flatMap { [Int16(truncatingIfNeeded: $0), Int16(truncatingIfNeeded: -$0)] }
    }

    /// Beyond 4 GiB, played with a limit of 10,000 bytes.
    @Test func `A file goes on beyond what RIFF can tell, and is valid at each moment`() throws {
        try withDirectory { directory in
            var file = try RecordingFile(proposedName: "long", directory: directory, limit: 10_000)
            for turn in 0..<100 {
                try file.append(samples(100, from: turn * 100), silence: 0)
                let wave = try WaveReading("\(directory)/long.wav")
                #expect(wave.frameCount == (turn + 1) * 100)
                #expect(wave.isLarge == (wave.frameCount * 4 + 72 > 10_000))
                try file.check()
            }
            let wave = try WaveReading("\(directory)/long.wav")
            #expect(wave.channel(1).samples.elementsEqual((0..<10_000).map { Int16($0) }))
            #expect(wave.channel(2).samples.elementsEqual((0..<10_000).map { Int16(-$0) }))
            #expect(wave.format == 1 && wave.channels == 2 && wave.frameRate == 8_000 && wave.bitsPerSample == 16)
        }
    }

    @Test func `Sizes beyond 32 bits stand in the header`() {
        let header = WaveHeader(dataLength: 6_000_000_000)
        let bytes = header.bytes
        func number(_ place: Int, _ length: Int) -> UInt64 {
            (0..<length).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
        }
        #expect(bytes.count == WaveHeader.length && header.isLarge)
        #expect(bytes[0..<4].elementsEqual("RF64".utf8) && bytes[12..<16].elementsEqual("ds64".utf8))
        #expect(number(4, 4) == 0xFFFF_FFFF && number(76, 4) == 0xFFFF_FFFF)
        #expect(number(20, 8) == 6_000_000_072 && number(28, 8) == 6_000_000_000 && number(36, 8) == 1_500_000_000)
        #expect(WaveHeader(dataLength: UInt64(UInt32.max) - 72).isLarge == false)
        #expect(WaveHeader(dataLength: UInt64(UInt32.max) - 71).isLarge)
    }

    @Test func `A proof of room leaves the file as it was`() throws {
        try withDirectory { directory in
            var file = try RecordingFile(proposedName: "a", directory: directory)
            try file.append(samples(100), silence: 50)
            try file.proveRoom()
            try file.append(samples(10), silence: 0)
            let path = "\(directory)/a.wav"
            #expect(try WaveReading(path).frameCount == 160)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 80 + 160 * 4)
        }
    }

    @Test(arguments: ["removed", "renamed", "replaced", "directory", "truncated", "directory-removed"])
    func `A file that is not there any more is found out`(how: String) throws {
        try withDirectory { parent in
            let directory = parent + "/rec"
            let path = directory + "/a.wav"
            let files = FileManager.default
            try files.createDirectory(atPath: directory, withIntermediateDirectories: false)
            var file = try RecordingFile(proposedName: "a", directory: directory)
            try file.append(samples(100), silence: 0)
            try file.check()
            switch how {
            case "removed": try files.removeItem(atPath: path)
            case "renamed": try files.moveItem(atPath: path, toPath: directory + "/b.wav")
            case "replaced":
                try Data("x".utf8).write(to: URL(fileURLWithPath: parent + "/other"))
                try files.removeItem(atPath: path)
                try files.moveItem(atPath: parent + "/other", toPath: path)
            case "directory": try files.moveItem(atPath: directory, toPath: parent + "/old")
            case "directory-removed": try files.removeItem(atPath: directory)
            default: try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 90)
            }
            let fault = #expect(throws: WaveFile.Fault.self) { try file.check() }
            guard case .lost? = fault else {
                Issue.record("another fault: \(String(describing: fault))")
                return
            }
        }
    }

    @Test func `What was given up leaves no file`() throws {
        try withDirectory { directory in
            let file = try RecordingFile(proposedName: "a", directory: directory)
            try file.discard()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        }
    }
}
