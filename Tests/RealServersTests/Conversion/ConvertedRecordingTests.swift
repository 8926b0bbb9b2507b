import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import MediaServers
import RTPAudio
import TestSupport
import Testing

@testable import callcontrol

/// A recording on a real rtpengine becomes a WAV file like one of the built-in recorder's.
@Suite(.enabled(if: SpoolingDaemon.isInstalled, "rtpengine-daemon is not installed"), .hangLimit)
struct ConvertedRecordingTests {
    /// What happened when, in seconds since the recording was ordered.
    private struct Story {
        var paused: ClosedRange<Double>
        var resumed: ClosedRange<Double>
        var stopped: ClosedRange<Double>
    }

    private static let slack = 0.05

    @Test(arguments: [("eth", TwoTelephones.callerTag), ("raw", TwoTelephones.calleeTag)])
    func `Tone, silence and tone stand on the right channels at the right times`(
        format: String, anchor: String
    ) async throws {
        let logger = Logger(label: "conversion") { _ in SwiftLogNoOpLogHandler() }
        try await LibuvEventLoop.withLoops(count: 1, name: "test", logger: logger) { loops in
            let daemon = try SpoolingDaemon(format: format)
            defer { daemon.end() }
            var settings = RTPEngine.Settings(address: daemon.address)
            settings.spool = daemon.directory
            settings.convert = true
            let server = try RTPEngine(settings, logger: logger)
            let telephones = TwoTelephones(loop: loops[0], daemon: daemon.address)
            try await telephones.talk()
            await telephones.attach(server)
            let story = try await Self.record(telephones, server, anchor: anchor)
            await server.shutDown()

            #expect(try daemon.files("pcaps").filter { $0.hasSuffix(".wav") } == ["conversation.wav"])
            let wave = try #require(Recording(path: "\(daemon.directory)/pcaps/conversation.wav"))
            let isCaller = anchor == TwoTelephones.callerTag
            check(wave, story, pitches: isCaller ? [440, 1_000] : [1_000, 440])
            await telephones.hangUp()
        }
    }

    private static func record(
        _ telephones: TwoTelephones, _ server: RTPEngine, anchor: String
    ) async throws -> Story {
        try await Task.sleep(for: .milliseconds(500))
        let start = try await telephones.start(server, file: "conversation", anchor: anchor)
        try await Task.sleep(for: .seconds(1))
        let pause = try await telephones.order(server, .pause)
        try await Task.sleep(for: .seconds(1))
        let resume = try await telephones.order(server, .resume)
        try await Task.sleep(for: .seconds(1))
        let stop = try await telephones.order(server, .stop)
        func seconds(_ moment: TwoTelephones.Moment) -> ClosedRange<Double> {
            func since(_ time: WallTime) -> Double {
                Double(time.microseconds - start.ordered.microseconds) / 1_000_000
            }
            return since(moment.ordered)...since(moment.answered)
        }
        return Story(paused: seconds(pause), resumed: seconds(resume), stopped: seconds(stop))
    }

    private func check(_ wave: Recording, _ story: Story, pitches: [Int]) {
        #expect(wave.rate == 8_000)
        #expect(abs(wave.length - story.stopped.lowerBound) < Self.slack)
        for (channel, pitch) in pitches.enumerated() {
            let samples = wave.channels[channel]
            func sound(_ from: Double, _ to: Double) -> Stretch {
                let first = min(max(0, Int(from * 8_000)), samples.count)
                return Stretch(samples: samples[first..<min(max(first, Int(to * 8_000)), samples.count)])
            }
            // The start was ordered, answered and proved by then.
            #expect(sound(0.5, story.paused.lowerBound - Self.slack).isTone(of: pitch))
            #expect(sound(story.paused.upperBound + Self.slack, story.resumed.lowerBound - Self.slack).isSilent)
            #expect(
                sound(story.resumed.upperBound + Self.slack, story.stopped.lowerBound - Self.slack).isTone(of: pitch))
        }
    }
}

/// A part of a channel.
private struct Stretch: CustomTestStringConvertible {
    var samples: ArraySlice<Int16>

    var testDescription: String {
        "\(samples.count) samples, \(samples.count { $0 == 0 }) of them 0, 440 Hz: \(amplitude(of: 440)), 1000 Hz: \(amplitude(of: 1_000))"
    }

    var isSilent: Bool { samples.count > 1_600 && samples.allSatisfy { $0 == 0 } }

    /// Mostly, for on a busy machine a telephone's packets may come late.
    func isTone(of pitch: Int) -> Bool {
        let power = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
        let tone = amplitude(of: pitch)
        return samples.count > 1_600 && tone > 1_000 && tone * tone / 2 > 0.8 * power
    }

    /// Of the sine of that pitch in it, by Goertzel's algorithm.
    private func amplitude(of pitch: Int) -> Double {
        let factor = 2 * cos(2 * Double.pi * Double(pitch) / 8_000)
        var (last, beforeLast) = (0.0, 0.0)
        for sample in samples {
            (last, beforeLast) = (Double(sample) + factor * last - beforeLast, last)
        }
        let power = last * last + beforeLast * beforeLast - factor * last * beforeLast
        return 2 * max(0, power).squareRoot() / Double(max(1, samples.count))
    }
}
