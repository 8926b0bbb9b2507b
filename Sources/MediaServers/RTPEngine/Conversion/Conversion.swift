import CallControl

/// One conversion at work. Blocks for as long as the disk does.
struct Conversion {
    /// Why there is no WAV file.
    enum Fault: Error, Equatable, CustomStringConvertible {
        /// None of its pcap files can be read; the fault of the last one.
        case unreadable(CaptureFault?)
        case wave(WaveFile.Fault)
        /// The media server did not tell where the anchor's audio comes in.
        case unknownSides
        /// The program ends.
        case stopped

        var description: String {
            switch self {
            case .unreadable(let fault): fault.map { "its file cannot be read: \($0)" } ?? "it has no file"
            case .unknownSides: "its media server did not say whose audio is whose"
            case .wave(let fault): "the WAV file cannot be written: \(fault)"
            case .stopped: "the program ends"
            }
        }
    }

    /// What came of it.
    struct Product {
        /// Of the WAV file, without directory and extension.
        var name: String
        var counts: CapturedAudio.Counts
        /// Of the anchor, and of the other side.
        var faults: [Track.Faults]
        /// Why the rest of a pcap file could not be read.
        var captureFaults: [CaptureFault] = []
    }

    private let order: ConversionOrder
    private var audio: CapturedAudio
    private var frames: [Int16] = []
    private var segmentsRead = 0
    private var captureFaults: [CaptureFault] = []

    private init(_ order: ConversionOrder) {
        self.order = order
        audio = CapturedAudio(of: order.streams, began: order.began, ended: order.ended)
    }

    /// Carries out an order. `isStopped` is asked from time to time.
    @Sendable static func perform(_ order: ConversionOrder, isStopped: () -> Bool) throws(Fault) -> Product {
        guard !order.streams.anchor.isEmpty else { throw .unknownSides }
        var conversion = Conversion(order)
        return try conversion.run(isStopped)
    }

    /// Writes the WAV file under a name that nobody takes for a recording's, and gives it its own once it is whole.
    private mutating func run(_ isStopped: () -> Bool) throws(Fault) -> Product {
        let draft = ".callcontrol-\(String(UInt64.random(in: .min ... .max), radix: 16)).part"
        do {
            try write(draft, isStopped)
            let name = try publish(draft)
            return Product(
                name: name, counts: audio.counts, faults: audio.faults, captureFaults: captureFaults)
        } catch {
            // What cannot be removed is hidden, and its name says what it is.
            try? WaveFile.remove("\(order.directory)/\(draft)")
            throw error
        }
    }

    private func publish(_ draft: String) throws(Fault) -> String {
        do {
            return try RecordingFile.publish(draft, as: order.name, directory: order.directory)
        } catch {
            throw .wave(error)
        }
    }

    /// The file is closed at the end.
    private mutating func write(_ draft: String, _ isStopped: () -> Bool) throws(Fault) {
        do {
            var file = try RecordingFile(draft: draft, directory: order.directory)
            for segment in order.segments {
                try play(segment, onto: &file, isStopped)
            }
            guard segmentsRead > 0 else { throw Fault.unreadable(captureFaults.last) }
            let silence = audio.finish(into: &frames)
            try file.append(frames, silence: silence)
        } catch let fault as WaveFile.Fault {
            throw .wave(fault)
        } catch let fault as Fault {
            throw fault
        } catch {
            preconditionFailure("a conversion fails as itself, or as its WAV file does")
        }
    }

    private mutating func play(
        _ segment: String, onto file: inout RecordingFile, _ isStopped: () -> Bool
    ) throws {
        guard var capture = open(segment) else { return }
        while let silence = hearNext(in: &capture) {
            if silence > 0 || !frames.isEmpty {
                try file.append(frames, silence: silence)
            }
            if isStopped() { throw Fault.stopped }
        }
        segmentsRead += capture.hasBegun ? 1 : 0
    }

    private mutating func open(_ segment: String) -> CaptureFile? {
        do {
            return try CaptureFile(segment)
        } catch {
            captureFaults.append(error)
            return nil
        }
    }

    /// Hears one frame, and says how much silence follows the ``frames`` that are complete by then; `nil` at the end of
    /// what can be read.
    private mutating func hearNext(in capture: inout CaptureFile) -> Int? {
        var silence = 0
        do {
            let isThere = try capture.next { link, time, frame in
                silence = audio.advance(to: time, into: &frames)
                audio.hear(frame, link: link, at: time)
            }
            return isThere ? silence : nil
        } catch {
            captureFaults.append(error)
            return nil
        }
    }
}
