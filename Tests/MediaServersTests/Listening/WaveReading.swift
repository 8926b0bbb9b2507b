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
        guard try mark(0) == "RIFF", try mark(8) == "WAVE", try mark(12) == "fmt " else {
            throw Fault(reason: "not a WAV file")
        }
        format = UInt16(try number(20, 2))
        channels = try number(22, 2)
        frameRate = try number(24, 4)
        bitsPerSample = try number(34, 2)
        var chunk = 20 + (try number(16, 4))
        while try mark(chunk) != "data" {
            chunk += 8 + (try number(chunk + 4, 4))
        }
        let length = try number(chunk + 4, 4)
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
