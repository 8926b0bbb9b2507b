/// Where the audio of a WAV file begins, and how large a frame of it is.
struct WaveHeader: Equatable {
    var start: Int
    var bytesOfFrame = 0
    var framesOfSecond = 0

    /// From the first bytes of the file; `nil`: they are none of a WAV file.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12, ["RIFF", "RF64"].contains(Self.name(bytes, 0)), Self.name(bytes, 8) == "WAVE" else {
            return nil
        }
        var place = 12
        while place + 8 <= bytes.count {
            let size = Self.number(bytes, place + 4, 4)
            switch Self.name(bytes, place) {
            case "fmt " where place + 24 <= bytes.count:
                framesOfSecond = Self.number(bytes, place + 12, 4)
                bytesOfFrame = Self.number(bytes, place + 20, 2)
            case "data":
                start = place + 8
                guard framesOfSecond > 0, bytesOfFrame > 0 else { return nil }
                return
            default: break
            }
            place += 8 + size + size % 2
        }
        return nil
    }

    func time(of frames: Int) -> Duration {
        .microseconds(Int64(frames) * 1_000_000 / Int64(framesOfSecond))
    }

    private static func name(_ bytes: [UInt8], _ place: Int) -> String {
        String(decoding: bytes[place..<place + 4], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}

/// Stretches of a WAV file in which every sample is zero.
struct WaveSilence {
    /// So many bytes are read: of a longer file the rest counts as audio.
    static let longest = 1 << 28
    private static let portion = 1 << 18
    /// So many stretches are kept, as of a record's gaps.
    private static let limit = 1_024

    private let header: WaveHeader
    private let shortest: Int
    private(set) var spans: [Range<Duration>] = []
    private var zerosFrom: Int?

    init(_ header: WaveHeader, shortest: Duration) {
        self.header = header
        self.shortest = Int(Double(header.framesOfSecond) * (shortest / .seconds(1)))
    }

    mutating func read(_ file: AppendFile, size: Int) throws(AppendFile.Fault) {
        let end = min(size, header.start + Self.longest)
        var place = header.start
        let portion = Self.portion / header.bytesOfFrame * header.bytesOfFrame
        while place < end {
            let bytes = try file.read(min(portion, end - place), at: place)
            guard bytes.count >= header.bytesOfFrame else { break }
            take(bytes, at: (place - header.start) / header.bytesOfFrame)
            place += bytes.count / header.bytesOfFrame * header.bytesOfFrame
        }
        endRun(at: (place - header.start) / header.bytesOfFrame)
    }

    private mutating func take(_ bytes: [UInt8], at first: Int) {
        let size = header.bytesOfFrame
        let span = bytes.span
        for frame in 0..<span.count / size {
            var isZero = true
            for byte in frame * size..<(frame + 1) * size where span[byte] != 0 { isZero = false }
            if !isZero {
                endRun(at: first + frame)
            } else if zerosFrom == nil {
                zerosFrom = first + frame
            }
        }
    }

    private mutating func endRun(at frame: Int) {
        guard let from = zerosFrom else { return }
        zerosFrom = nil
        guard frame - from >= shortest, spans.count < Self.limit else { return }
        spans.append(header.time(of: from)..<header.time(of: frame))
    }
}
