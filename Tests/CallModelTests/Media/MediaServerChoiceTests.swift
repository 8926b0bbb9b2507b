import TLibrary
import Testing

@testable import CallModel

/// Which media server a recording goes to (Configuration, `media`).
struct MediaServerChoiceTests {
    private func set(_ places: Int...) -> MediaServerSet {
        var set = MediaServerSet()
        for place in places { set.insert(place) }
        return set
    }

    @Test func `the lowest order that is available is chosen`() {
        let list = MediaServerList([.init(.able, order: 5), .init(.able, order: 1), .init(.able, order: 3)])
        #expect(list.choose(among: .all, draw: 7) == 1)
        #expect(list.choose(among: set(0, 2), draw: 7) == 2)
        #expect(list.choose(among: set(0), draw: 7) == 0)
        #expect(list.choose(among: set(), draw: 7) == nil)
        #expect(list.choose(among: set(40), draw: 7) == nil, "a place that the list has not")
    }

    @Test func `those of one order share by weight`() {
        let list = MediaServerList([
            .init(.able, order: 0, weight: 1), .init(.able, order: 0, weight: 3), .init(.able, order: 1, weight: 9),
        ])
        var counts = [0, 0, 0]
        for call in 0..<40_000 {
            let draw = (0x0070_0283_3C4F_1A01 + UInt64(call)).spread
            counts[list.choose(among: .all, draw: draw) ?? 2] += 1
        }
        #expect(counts[2] == 0)
        #expect((9_500...10_500).contains(counts[0]), "a quarter, and not \(counts)")
    }

    @Test func `a new recording goes to the next server while the first is out`() {
        let scene = CallFixture().talk()
        scene.available = set(1)
        #expect(scene.ask(.start).commands == ["start 1"])
        #expect(scene.confirm().verdicts == ["done on"])
    }

    @Test func `a start fails at once where no server may take it`() {
        let scene = CallFixture().talk()
        scene.available = set()
        let outcome = scene.ask(.start)
        #expect(outcome.reply != nil && outcome.commands.isEmpty)
        #expect(outcome.verdicts == ["failed no-media-server off"] && outcome.lamps == ["Off"])
        #expect(outcome.failedStarts == 1 && scene.notices.isEmpty)
    }

    @Test func `a start that is refused does not go to a server that is out`() {
        let scene = CallFixture(servers: [.able, .able, .able]).talk()
        scene.ask(.start)
        scene.available = set(0, 2)
        #expect(scene.refuse().commands == ["start 2"])
        scene.available = set(0, 1)
        #expect(scene.refuse().commands == ["start 1"], "it has come back meanwhile")
        #expect(scene.refuse().verdicts == ["failed refused off"])
    }

    @Test func `a recovery waits for a server, and goes to the first that is there`() {
        let scene = CallFixture().talk().record().clear()
        scene.available = set()
        #expect(scene.report(.lost).commands.isEmpty)
        #expect(scene.advance(by: .seconds(9)).allSatisfy { $0.media.isEmpty && $0.events.isEmpty })
        scene.available = set(0)
        scene.advance(by: .seconds(2))
        #expect(scene.commands == ["start 0"])
        #expect(scene.confirm().lamps == ["On"])
    }

    @Test func `a paused recovery goes on waiting where the server that came back cannot begin paused`() {
        let scene = CallFixture(servers: [.able, .simple]).talk().record().pause().clear()
        scene.available = set()
        scene.report(.lost)
        scene.available = set(1)
        let meanwhile = scene.advance(by: .seconds(300))
        #expect(meanwhile.allSatisfy { $0.media.isEmpty && $0.events.isEmpty }, "it waits for RESUME, not for a server")
        #expect(scene.ask(.resume).commands == ["start 1"])
        #expect(scene.confirm().lamps == ["On"])
    }

    // MARK: - Room

    @Test func `a recording takes a seat with its start and gives it back with its end`() {
        let scene = CallFixture().talk()
        #expect(scene.ask(.start).seats == [CapacityChange(server: 0, isTaken: true)])
        #expect(scene.confirm().seats.isEmpty)
        #expect(scene.ask(.pause).seats.isEmpty && scene.confirm().seats.isEmpty)
        #expect(scene.ask(.stop).seats.isEmpty)
        #expect(scene.confirm().seats == [CapacityChange(server: 0, isTaken: false)])
    }

    @Test func `a recording that moves gives one seat back and takes another`() {
        let scene = CallFixture().talk().record()
        let lost = scene.report(.lost)
        #expect(lost.seats == [CapacityChange(server: 0, isTaken: false), CapacityChange(server: 1, isTaken: true)])
        #expect(
            scene.refuse().seats == [
                CapacityChange(server: 1, isTaken: false), CapacityChange(server: 0, isTaken: true),
            ])
    }
}
