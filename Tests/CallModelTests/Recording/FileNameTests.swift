import TLibrary
import Testing

@testable import CallModel

struct FileNameTests {
    static let values = FileNamePattern.Values(
        uuid: CallFixture.uuid, ani: "15551234567", dnis: "18005550100", connection: "007002833c4f1a01",
        agentID: "anna", agentDN: "5001", time: CallFixture.wallTime)

    private func name(_ pattern: String, _ change: (inout FileNamePattern.Values) -> Void = { _ in }) -> String? {
        var values = Self.values
        change(&values)
        return FileNamePattern(pattern)?.name(values)
    }

    @Test func `the standard pattern, as live systems show it`() {
        let name = FileNamePattern.standard.name(Self.values)
        #expect(name == "\(CallFixture.uuid)_5001_15551234567_18005550100_2026-11-22_21-06-41")
    }

    @Test(arguments: [
        ("$UUID$", "00000037HF3PJMLISE8I3THA3MB5P6LL"), ("$ANI$", "15551234567"), ("$DNIS$", "18005550100"),
        ("$DATE$", "2026-11-22"), ("$TIME$", "21-06-41"), ("$CONNID$", "007002833c4f1a01"), ("$AGENTID$", "anna"),
        ("$AGENTDN$", "5001"), ("a$ANI$b$ANI$c", "a15551234567b15551234567c"),
        ("$HOST$", "$HOST$"), ("$ani$", "$ani$"), ("$", "$"), ("$$", "$$"), ("x$ANI", "x$ANI"),
        ("$NO$_$ANI$", "$NO$_15551234567"), ("$NO$$AGENTDN$", "$NO$5001"),
        ("plain", "plain"), (".hidden", "_hidden"), ("...", "_.."),
    ])
    func `a pattern and its name`(pattern: String, name: String) {
        #expect(self.name(pattern) == name)
    }

    @Test func `a pattern with other characters is none`() {
        for pattern in ["", "a/b", "a b", "ä", "..\\x", "a\u{0}", "%ANI%", "a:b", "\n"] {
            #expect(FileNamePattern(pattern) == nil)
        }
    }

    @Test(arguments: [
        ("../../etc/passwd", ".._.._etc_passwd"), ("\u{0}\r\n", "___"), ("+49 30", "_49_30"), ("$UUID$", "_UUID_"),
        ("é", "__"), ("a-b.c_d", "a-b.c_d"),
    ])
    func `what a caller supplies is made harmless`(number: String, harmless: String) {
        #expect(name("x$ANI$") { $0.ani = number } == "x" + harmless)
        #expect(name("x$DNIS$") { $0.dnis = number } == "x" + harmless)
        #expect(name("x$AGENTID$") { $0.agentID = number } == "x" + harmless)
    }

    @Test func `no name begins with a dot, is empty, or is over 200 bytes`() {
        #expect(name("$ANI$") { $0.ani = "..x" } == "_.x")
        #expect(name("$ANI$") { $0.ani = "" } == CallFixture.uuid)
        let long = name("$ANI$$DNIS$") { values in
            values.ani = String(repeating: "7", count: 255)
            values.dnis = String(repeating: "😀", count: 60)
        }
        #expect(long == String(repeating: "7", count: 200))
        #expect(name("$DNIS$") { $0.dnis = String(repeating: "😀", count: 60) }?.utf8.count == 200)
    }

    @Test func `tails count within the 200 bytes`() {
        let full = String(repeating: "7", count: 200)
        #expect(FileNamePattern.name(full, withTail: 2) == String(repeating: "7", count: 198) + "_2")
        #expect(FileNamePattern.name(full, withTail: 10_000).utf8.count == 200)
        #expect(FileNamePattern.name("a", withTail: 2) == "a_2")
    }

    @Test func `a name that the call has used gets a tail`() throws {
        let scene = CallFixture { $0.fileName = FileNamePattern("rec") ?? .standard }.talk()
        var names: [String] = []
        for _ in 1...3 {
            scene.ask(.start)
            names.append(try #require(scene.lastCommand.order).fileName)
            scene.confirm()
            scene.ask(.stop)
            scene.confirm()
        }
        #expect(names == ["rec", "rec_2", "rec_3"])
    }

    @Test func `a name that a driver took counts as used`() throws {
        let scene = CallFixture { $0.fileName = FileNamePattern("rec") ?? .standard }.talk()
        scene.ask(.start)
        scene.report(.started(scene.lastCommand.id, file: "rec_2", intake: nil, proof: .simulated))
        scene.ask(.start, on: "T1")
        #expect(scene.lastCommand.order?.fileName == "rec_3")
    }

    @Test func `the time is that of the first start command`() throws {
        let scene = CallFixture { $0.tries = 1 }.talk()
        scene.advance(by: .seconds(19))
        scene.ask(.start)
        scene.advance(by: .seconds(2))
        let names = scene.sent.compactMap(\.order?.fileName)
        #expect(names.count == 2 && Set(names).count == 1 && names[0].hasSuffix("2026-11-22_21-07-00"))
    }

    @Test func `the anchor's DN and the call's numbers are in it`() throws {
        let scene = CallFixture(ani: "+1/555", dnis: "..").talk()
        scene.ask(.start, on: "T1")
        #expect(scene.lastCommand.order?.fileName == "\(CallFixture.uuid)_T1__1_555_.._2026-11-22_21-06-41")
    }
}

struct CivilTimeTests {
    @Test(arguments: [
        (0, "1970-01-01", "00-00-00"), (951_782_399, "2000-02-28", "23-59-59"), (951_782_400, "2000-02-29", "00-00-00"),
        (951_868_800, "2000-03-01", "00-00-00"), (1_709_164_800, "2024-02-29", "00-00-00"),
        (1_740_787_199, "2025-02-28", "23-59-59"), (1_740_787_200, "2025-03-01", "00-00-00"),
        (1_735_689_599, "2024-12-31", "23-59-59"), (1_735_689_600, "2025-01-01", "00-00-00"),
        (4_107_542_399, "2100-02-28", "23-59-59"), (4_107_542_400, "2100-03-01", "00-00-00"),
        (2_147_483_648, "2038-01-19", "03-14-08"), (1_795_381_601, "2026-11-22", "21-06-41"),
        (-1, "1969-12-31", "23-59-59"), (13_574_606_400, "2400-02-29", "12-00-00"),
    ])
    func `known instants`(seconds: Int64, date: String, time: String) {
        let civil = CivilTime(microseconds: seconds * 1_000_000)
        #expect(civil.date == date && civil.time == time)
        #expect(CivilTime(microseconds: seconds * 1_000_000 + 999_999).time == time)
    }

    @Test func `every day follows the one before, for 800 years`() {
        var (year, month, day) = (1969, 12, 31)
        for number in Int64(0)..<292_194 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
            guard number % 73 == 0 || day == 1 else { continue }
            let expected = "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
            #expect(CivilTime(microseconds: number * 86_400_000_000).date == expected)
        }
    }

    @Test func `no moment is too far off to be written`() {
        #expect(!CivilTime(microseconds: .min).date.isEmpty && !CivilTime(microseconds: .max).time.isEmpty)
    }
}
