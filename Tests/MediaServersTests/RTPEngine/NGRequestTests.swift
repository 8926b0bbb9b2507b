import Testing

@testable import MediaServers

private let run: UInt64 = 0x00AB_CDEF_0123_4567

private func read(_ datagram: [UInt8]) -> (cookie: NGCookie, end: Int)? { NGCookie.read(datagram.span) }

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct NGRequestTests {
    @Test func `A ping is a cookie, a space and a dictionary`() {
        let datagram = NGRequest(command: .ping).datagram(cookie: NGCookie(run: run, number: 7))
        #expect(text(datagram) == "00abcdef01234567_7 d7:command4:pinge")
    }

    @Test func `A start names call, marker and file, its keys in order`() {
        let request = NGRequest(command: .start, callID: "a b@ü", metadata: "connid:1", file: "/s/pcaps/f.pcap")
        #expect(
            text(request.datagram(cookie: NGCookie(run: run, number: .max)))
                == "00abcdef01234567_18446744073709551615 d7:call-id6:a b@ü7:command15:start recording"
                + "8:metadata8:connid:114:recording-file15:/s/pcaps/f.pcape")
    }

    @Test(arguments: NGRequest.Command.allCases) func `Each command is bencode that can be read`(
        _ command: NGRequest.Command
    ) throws {
        let datagram = NGRequest(command: command, callID: "x").datagram(cookie: NGCookie(run: run, number: 1))
        let (cookie, end) = try #require(read(datagram))
        #expect(cookie == NGCookie(run: run, number: 1))
        let rest = datagram.span.extracting((end + 1)...)
        var cursor = BencodeCursor()
        let isWhole = cursor.skip(in: rest)
        #expect(isWhole)
        #expect(cursor.place == rest.count)
    }
}

@Suite struct NGCookieTests {
    @Test(arguments: [0, 1, 42, 9_999_999_999] as [UInt64]) func `A cookie is read as it was written`(
        number: UInt64
    ) throws {
        var bytes: [UInt8] = []
        NGCookie(run: run, number: number).append(to: &bytes)
        bytes += Array(" d".utf8)
        let (cookie, end) = try #require(read(bytes))
        #expect(cookie == NGCookie(run: run, number: number))
        #expect(end == bytes.count - 2)
    }

    @Test(arguments: [
        "", " ", "00abcdef01234567_7", "00abcdef01234567_ d", "00abcdef01234567-7 d", "00ABCDEF01234567_7 d",
        "0abcdef01234567_7 d", "00abcdef01234567_7x d", "00abcdef01234567_99999999999999999999 d", "d6:result4:ponge",
    ])
    func `What cannot be one of ours is no cookie`(_ text: String) {
        #expect(read(Array(text.utf8)) == nil)
    }
}

/// A window with its hands: what changes it is called by name.
private final class Desk {
    var window: NGTransactionWindow

    init(limit: Int) { window = NGTransactionWindow(run: run, limit: limit) }

    func add(_ request: NGRequest, for step: UInt32) -> Bool { window.add(request, for: step) }
    func next(now: Duration) -> [UInt8]? { window.next(now: now) }
    func urgent(_ request: NGRequest, now: Duration) -> [UInt8] { window.urgent(request, now: now) }
    func answer(to cookie: NGCookie) -> NGTransactionWindow.Answer { window.answer(to: cookie) }

    func again(_ callID: String, now: Duration, patience: Duration) -> [UInt8]? {
        window.again(callID, now: now, patience: patience)
    }

    func overdue(at seconds: Int) -> (again: [[UInt8]], givenUp: [NGTransactionWindow.NGTransaction]) {
        overdue(after: .seconds(seconds))
    }

    func overdue(after time: Duration) -> (again: [[UInt8]], givenUp: [NGTransactionWindow.NGTransaction]) {
        window.overdue(now: time, patience: .seconds(2), tries: 3)
    }
}

@Suite struct NGTransactionWindowTests {
    private let stop = NGRequest(command: .stop, callID: "c")

    private func cookie(_ number: UInt64) -> NGCookie { NGCookie(run: run, number: number) }

    @Test func `No more commands are under way than the window holds, and the rest go in order`() {
        let window = Desk(limit: 2)
        for step in 1...4 as ClosedRange<UInt32> { #expect(window.add(stop, for: step)) }
        var sent = 0
        while window.next(now: .zero) != nil { sent += 1 }
        #expect(sent == 2)
        #expect(window.window.waiting == 2)
        guard case .awaited(let first) = window.answer(to: cookie(1)) else {
            Issue.record("the first is awaited")
            return
        }
        #expect(first.step == 1)
        #expect(window.next(now: .zero) != nil)
        #expect(window.next(now: .zero) == nil)
        guard case .awaited(let third) = window.answer(to: cookie(3)) else {
            Issue.record("the third is awaited")
            return
        }
        #expect(third.step == 3)
    }

    @Test func `A ping waits for no room`() {
        let window = Desk(limit: 1)
        #expect(window.add(stop, for: 1))
        #expect(window.next(now: .zero) != nil)
        #expect(!window.urgent(NGRequest(command: .ping), now: .zero).isEmpty)
    }

    @Test func `An answer that comes twice is late, and one to what was never sent is unknown`() {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        #expect(window.next(now: .zero) != nil)
        #expect(window.answer(to: cookie(2)) == .unknown)
        #expect(window.answer(to: cookie(0)) == .unknown)
        #expect(window.answer(to: NGCookie(run: run + 1, number: 1)) == .unknown)
        #expect(window.answer(to: cookie(1)) != .late(abandonedStart: nil))
        #expect(window.answer(to: cookie(1)) == .late(abandonedStart: nil))
    }

    @Test func `A command is sent again with its cookie until its tries are used up, and is then given up`() throws {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        let first = try #require(window.next(now: .zero))
        #expect(window.overdue(at: 1).again.isEmpty)
        #expect(window.overdue(at: 2).again == [first])
        #expect(window.overdue(at: 3).again.isEmpty)
        #expect(window.overdue(at: 4).again == [first])
        let end = window.overdue(at: 6)
        #expect(end.again.isEmpty)
        #expect(end.givenUp.map(\.request) == [stop])
        #expect(window.window.isEmpty)
        #expect(window.answer(to: cookie(1)) == .late(abandonedStart: nil))
    }

    @Test func `What is unanswered when later commands are answered is sent again before its time`() throws {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        #expect(window.add(stop, for: 2))
        let first = try #require(window.next(now: .zero))
        #expect(window.next(now: .zero) != nil)
        #expect(window.overdue(after: .milliseconds(250)).again.isEmpty)
        #expect(window.answer(to: cookie(2)) != .unknown)
        #expect(window.overdue(after: .milliseconds(150)).again.isEmpty)
        #expect(window.overdue(after: .milliseconds(250)).again == [first])
        #expect(window.overdue(after: .milliseconds(300)).again.isEmpty)
        #expect(window.overdue(after: .milliseconds(450)).again == [first])
        #expect(window.overdue(at: 2).again == [first])
        #expect(window.overdue(at: 6).givenUp.isEmpty)
    }

    @Test func `What is lost again and again is given up after its tries`() throws {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        #expect(window.add(stop, for: 2))
        #expect(window.next(now: .zero) != nil)
        #expect(window.next(now: .zero) != nil)
        #expect(window.answer(to: cookie(2)) != .unknown)
        var sent = 1
        var time = Duration.zero
        while !window.window.isEmpty, time < .seconds(20) {
            time += .milliseconds(50)
            sent += window.overdue(after: time).again.count
        }
        #expect(time == .seconds(6))
        #expect(sent == 12)
    }

    @Test func `A start that was given up is known by its late answer, once`() {
        let window = Desk(limit: 8)
        #expect(window.add(NGRequest(command: .start, callID: "c"), for: 1))
        #expect(window.next(now: .zero) != nil)
        _ = window.overdue(at: 2)
        _ = window.overdue(at: 4)
        #expect(window.overdue(at: 6).givenUp.count == 1)
        #expect(window.answer(to: cookie(1)) == .late(abandonedStart: "c"))
        #expect(window.answer(to: cookie(1)) == .late(abandonedStart: nil))
    }

    @Test func `The engine's repeat sends the same datagram, and not right after it was sent`() throws {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        let first = try #require(window.next(now: .zero))
        #expect(window.again("c", now: .milliseconds(900), patience: .seconds(1)) == nil)
        #expect(window.again("other", now: .seconds(2), patience: .seconds(1)) == nil)
        #expect(window.again("c", now: .seconds(2), patience: .seconds(1)) == first)
    }

    @Test func `What is no answer leaves the command under way`() {
        let window = Desk(limit: 8)
        #expect(window.add(stop, for: 1))
        #expect(window.next(now: .zero) != nil)
        guard case .awaited(let exchange) = window.answer(to: cookie(1)) else {
            Issue.record("it is awaited")
            return
        }
        window.window.reopen(exchange, 1)
        #expect(window.answer(to: cookie(1)) == .awaited(exchange))
    }

    @Test func `A queue that is full takes no more`() {
        let window = Desk(limit: 1)
        for _ in 0..<NGTransactionWindow.longestQueue { _ = window.add(stop, for: 1) }
        #expect(!window.add(stop, for: 1))
    }
}
