import Foundation

/// A WAV file, read without the library that wrote it.
struct WaveReading {
    struct Fault: Error {
        var reason: String
    }

    let format: UInt16
    let channels: Int
    let frameRate: Int
    let bitsPerSample: Int
    /// RF64.
    let isLarge: Bool
    /// The audio, as long as the header says, whatever else the file holds.
    private let audio: ArraySlice<UInt8>

    init(_ path: String) throws {
        try self.init([UInt8](Data(contentsOf: URL(fileURLWithPath: path))))
    }

    init(_ bytes: [UInt8]) throws {
        func number(_ offset: Int, _ length: Int) throws -> Int {
            guard offset + length <= bytes.count else { throw Fault(reason: "the file ends too early") }
            return (0..<length).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        func mark(_ offset: Int) throws -> String {
            guard offset + 4 <= bytes.count else { throw Fault(reason: "the file ends too early") }
            return String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
        }
        isLarge = try mark(0) == "RF64"
        guard try isLarge || mark(0) == "RIFF", try mark(8) == "WAVE" else { throw Fault(reason: "not a WAV file") }
        func chunk(_ name: String) throws -> Int {
            var chunk = 12
            while try mark(chunk) != name {
                chunk += 8 + (try number(chunk + 4, 4))
            }
            return chunk
        }
        let head = try chunk("fmt ")
        format = UInt16(try number(head + 8, 2))
        channels = try number(head + 10, 2)
        frameRate = try number(head + 12, 4)
        bitsPerSample = try number(head + 22, 2)
        let chunk = try chunk("data")
        var length = try number(chunk + 4, 4)
        if isLarge {
            guard try mark(12) == "ds64" else { throw Fault(reason: "RF64 without its sizes") }
            guard try number(4, 4) == 0xFFFF_FFFF, length == 0xFFFF_FFFF else {
                throw Fault(reason: "RF64 with a size of 32 bits")
            }
            length = try number(28, 8)
            guard try number(20, 8) == bytes.count - 8, try number(36, 8) == length / 4 else {
                throw Fault(reason: "RF64 with wrong sizes")
            }
        }
        guard chunk + 8 + length <= bytes.count else { throw Fault(reason: "the header promises more than there is") }
        audio = bytes[chunk + 8..<chunk + 8 + length]
    }

    /// In each channel.
    var frameCount: Int { audio.count / (2 * channels) }

    /// One channel, from 1.
    func channel(_ number: Int) -> Sound {
        let first = audio.startIndex + 2 * (number - 1)
        return Sound(
            stride(from: first, to: audio.endIndex - 1, by: 2 * channels).map { place in
                Int16(bitPattern: UInt16(audio[place]) | UInt16(audio[place + 1]) << 8)
            })
    }
}
