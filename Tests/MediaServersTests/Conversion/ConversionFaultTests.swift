import CallControl
import CallControlTesting
import Foundation
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

@Suite struct ConversionFaultTests {
    private let talk: Talk

    init() {
        var talk = Talk()
        var anchor = Speaker(pitch: 400)
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        self.talk = talk
    }

    @Test func `The pcap files stay as they are, and nothing else is left behind`() throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 1_000))
            #expect(try room.files == ["call-0.pcap", "call.wav"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: room.segments[0].path)) == Data(capture.bytes))
        }
    }

    @Test func `A name that is taken gets a tail and the old file stays as it is`() throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let path = URL(fileURLWithPath: room.directory + "/call.wav")
            try Data("old".utf8).write(to: path)
            #expect(try room.convert(room.order(until: 1_000)).name == "call_2")
            #expect(try Data(contentsOf: path) == Data("old".utf8))
            #expect(try room.read("call_2").frameCount == 8_000)
        }
    }

    @Test func `A file that is cut short gives what is there, in the recording's length`() throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(Array(capture.bytes.dropLast(100)))
            let product = try room.convert(room.order(until: 2_000))
            #expect(product.captureFaults == [.cutShort])
            let wave = try room.read()
            #expect(wave.frameCount == 16_000)
            #expect(wave.sound(0..<980, channel: 1).isTone(of: 400))
        }
    }

    @Test func `A segment that cannot be read is silence among those that can`() throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            room.segments = [ConversionFixture.segment(room.directory + "/none.pcap")]
            try room.keep(capture)
            try room.keep([UInt8]("not a pcap file at all!!".utf8))
            let product = try room.convert(room.order(until: 1_000))
            #expect(product.captureFaults == [.system("No such file or directory"), .notACapture])
            #expect(try room.read().channel(1).isTone(of: 400))
        }
    }

    @Test func `Without a file that can be read there is no WAV file`() throws {
        try Fixture.open { room in
            #expect(throws: Conversion.Fault.unreadable(nil)) { try room.convert(room.order(until: 1_000)) }
            try room.keep([UInt8]("not a pcap file at all!!".utf8))
            #expect(throws: Conversion.Fault.unreadable(.notACapture)) { try room.convert(room.order(until: 1_000)) }
            room.segments = [ConversionFixture.segment(room.directory)]
            #expect(throws: Conversion.Fault.unreadable(.system("it is not a file"))) {
                try room.convert(room.order(until: 1_000))
            }
            #expect(try room.files == ["call-0.pcap"])
        }
    }

    @Test func `A device in the place of a file holds nobody up`() throws {
        try Fixture.open { room in
            room.segments = [ConversionFixture.segment("/dev/zero")]
            #expect(throws: Conversion.Fault.unreadable(.system("it is not a file"))) {
                try room.convert(room.order(until: 1_000))
            }
        }
    }

    @Test func `Files that are refused are closed`() throws {
        try Fixture.open { room in
            let opened = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
            let before = try opened()
            for _ in 0..<400 {
                _ = try? CaptureFile(room.directory)
            }
            #expect(try opened() < before + 200)
        }
    }

    @Test(arguments: ["/proc/recordings", "/nowhere"])
    func `Where no file can be made the conversion fails`(directory: String) throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            #expect(throws: Conversion.Fault.self) {
                try room.convert(room.order(until: 1_000, directory: directory))
            }
        }
    }

    @Test(arguments: ["", "../up", ".hidden"])
    func `A name that leads out of the directory leaves nothing`(name: String) throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            #expect(throws: Conversion.Fault.wave(.system("not a file name"))) {
                try room.convert(room.order(until: 1_000, name: name))
            }
            #expect(try room.files == ["call-0.pcap"])
        }
    }

    @Test func `A conversion that is stopped leaves nothing`() throws {
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            var asked = 0
            #expect(throws: Conversion.Fault.stopped) {
                try room.convert(room.order(until: 1_000)) {
                    asked += 1
                    return asked == 40
                }
            }
            #expect(try room.files == ["call-0.pcap"])
        }
    }

    @Test func `100 damaged captures all come out in the recording's length, or not at all`() throws {
        let sound = try talk.captured()
        let seed: UInt64 = 0x7412_1B5E_ED00_0009
        var generator = SeededGenerator(seed: seed)
        var whole = 0
        for _ in 0..<100 {
            var bytes = sound.bytes
            for _ in 0..<Int.random(in: 1...30, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = .random(in: .min ... .max, using: &generator)
            }
            try Fixture.open { room in
                try room.keep(bytes)
                if (try? room.convert(room.order(until: 1_000))) != nil {
                    whole += 1
                    #expect(try room.read().frameCount == 8_000, "seed \(seed)")
                } else {
                    #expect(try room.files == ["call-0.pcap"], "seed \(seed)")
                }
            }
        }
        #expect(whole > 30, "seed \(seed)")
    }
}
