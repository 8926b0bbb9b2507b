import CallControl
import RTPAudio

/// One conversion at work. Blocks for as long as the disk does.
struct Conversion {
    /// Why there is no WAV file.
    enum Fault: Error, Equatable, CustomStringConvertible {
        /// None of its pcap files can be read; the fault of the last one.
        case unreadable(CaptureError?)
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
    struct Output {
        /// Of the WAV file, without directory and extension.
        var name: String
        var counts: CapturedAudio.Counts
        /// Of the anchor, and of the other side.
        var faults: [Track.Faults]
        /// Why the rest of a pcap file could not be read.
        var captureFaults: [CaptureError] = []
        /// What stayed silent, of the anchor and of the other side: the names of codecs, or payload types.
        var silent: [Set<String>] = [[], []]
        /// By how much the clock of a capture was set while it was written.
        var clockSteps: [Duration] = []
        /// A part of a file was left out, for it may have been written after its media server was lost.
        var isShortened = false

        /// Nothing that the captures have is missing in the WAV file.
        var isComplete: Bool {
            captureFaults.isEmpty && !isShortened && counts.outsideTime == 0 && silent.allSatisfy(\.isEmpty)
                && (counts.unrelated == 0 || counts.anchor + counts.other > 0)
        }
    }

    private let order: ConversionJob
    private var audio: CapturedAudio
    private var frames: [Int16] = []
    private var segmentsRead = 0
    private var captureFaults: [CaptureError] = []

    private init(_ order: ConversionJob) {
        self.order = order
        audio = CapturedAudio(of: order)
    }

    /// Carries out an order. `isStopped` is asked from time to time.
    @Sendable static func perform(_ order: ConversionJob, isStopped: () -> Bool) throws(Fault) -> Output {
        guard !order.streams.anchor.isEmpty else { throw .unknownSides }
        var conversion = Conversion(order)
        return try conversion.run(isStopped)
    }

    /// Writes the WAV file under a name that nobody takes for a recording's, and gives it its own once it is whole.
    private mutating func run(_ isStopped: () -> Bool) throws(Fault) -> Output {
        let draft = ".callcontrol-\(String(UInt64.random(in: .min ... .max), radix: 16)).part"
        do {
            try write(draft, isStopped)
            let name = try publish(draft)
            return Output(
                name: name, counts: audio.counts, faults: audio.faults, captureFaults: captureFaults,
                silent: [audio.transcoders.anchor.silent, audio.transcoders.other.silent],
                clockSteps: audio.clockSteps, isShortened: order.segments.contains { $0.length != nil })
        } catch {
            // What cannot be removed is hidden, and its name says what it is.
            try? WaveFile.remove("\(order.directory)/\(draft)")
            throw error
        }
    }

    private func publish(_ draft: String) throws(Fault) -> String {
        do {
            try SpoolDirectory.sync("\(order.directory)/\(draft)")
            let name = try RecordingFile.publish(draft, as: order.name, directory: order.directory)
            try SpoolDirectory.sync(order.directory)
            return name
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
        _ segment: ConversionJob.Segment, onto file: inout RecordingFile, _ isStopped: () -> Bool
    ) throws {
        guard var capture = open(segment) else { return }
        audio.begin(segment)
        while let silence = hearNext(in: &capture) {
            if silence > 0 || !frames.isEmpty {
                try file.append(frames, silence: silence)
            }
            if isStopped() { throw Fault.stopped }
        }
        segmentsRead += capture.hasBegun ? 1 : 0
    }

    private mutating func open(_ segment: ConversionJob.Segment) -> CaptureFile? {
        do {
            return try CaptureFile(segment.path, length: segment.length)
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
                silence = audio.hear(frame, link: link, stamped: time, into: &frames)
            }
            return isThere ? silence : nil
        } catch {
            captureFaults.append(error)
            return nil
        }
    }
}
