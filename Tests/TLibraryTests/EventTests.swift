import TLibrary
import Testing

struct EventTests {
    /// One of each attribute that an event may have, in ascending order.
    static func writeAll(to bytes: inout [UInt8]) -> Range<Int> {
        EventWriter.write(.eventEstablished, to: &bytes, capacity: 4_096) { writeAll(to: &$0) }
    }

    private static func writeAll(to event: inout EventWriter) {
        event.string(.errorMessage, "A sentence.")
        event.integer(.referenceID, 7)
        event.integer(.callID, 11)
        event.connection(.connID, ConnectionID(rawValue: 0x12))
        event.connection(.previousConnID, ConnectionID(rawValue: 0x13))
        event.connection(.transferConnID, ConnectionID(rawValue: 0x14))
        event.connection(.conferenceConnID, ConnectionID(rawValue: 0x15))
        event.enumeration(.callState, CallState.transferred)
        event.string(.agentID, "1001")
        event.enumeration(.agentWorkMode, AgentWorkMode.autoIn)
        event.list(.reasons, ["why": "x"])
        event.string(.dnis, "800")
        event.string(.ani, "030")
        event.directoryNumber(.thisDN, "5001")
        event.directoryNumber(.thisQueue, "6000")
        event.enumeration(.thisDNRole, DNRole.destination)
        event.directoryNumber(.otherDN, "5002")
        event.enumeration(.otherDNRole, DNRole.origination)
        event.directoryNumber(.thirdPartyDN, "5003")
        event.enumeration(.thirdPartyDNRole, DNRole.addedBy)
        event.enumeration(.errorCode, ErrorCode.internalError)
        event.list(.userData, Samples.userData)
        event.list(.extensions) { list in
            list.string("id", "rec-1")
            list.list("recordings") { $0.list("rec-1") { $0.string("state", "on") } }
            list.integer("party-count", 2)
            list.list("empty") { _ in }
            list.list("copy", Samples.userData)
            list.append(contentsOf: ["bin": .binary([1]), "last": 1])
        }
        event.enumeration(.callType, CallType.inbound)
        event.enumeration(.addressInfoType, AddressInfoType.callsQuery)
        event.enumeration(.addressInfoStatus, AddressStatus.talking)
        event.integer(.userEvent, 149)
        event.string(.serverVersion, "1.0")
        event.enumeration(.serverRole, ServerRole.backup)
        event.string(.applicationName, "callcontrol")
        event.enumeration(.callInfoType, CallInfoType.status)
        event.unsigned(.timeInSecs, .max)
        event.unsigned(.timeInuSecs, 999_999)
        event.integer(.privateMsgID, 4013)
        event.string(.sessionID, "0123456789abcdef0123456789abcdef")
        event.enumeration(.cause, Cause.transfer)
        event.string(.callUUID, "01RCC3N118B1V0SL8O7GK2LAES00000V")
        event.long(.serverStartTime, .max)
        event.long(.eventSequenceNumber, 42)
    }

    static var all: Event {
        var event = Event(.eventEstablished)
        event.errorMessage = "A sentence."
        event.referenceID = ReferenceID(rawValue: 7)
        event.callID = 11
        event.connID = ConnectionID(rawValue: 0x12)
        event.previousConnID = ConnectionID(rawValue: 0x13)
        event.transferConnID = ConnectionID(rawValue: 0x14)
        event.conferenceConnID = ConnectionID(rawValue: 0x15)
        event.callState = .transferred
        event.agentID = "1001"
        event.agentWorkMode = .autoIn
        event.reasons = ["why": "x"]
        event.dnis = "800"
        event.ani = "030"
        event.thisDN = "5001"
        event.thisQueue = "6000"
        event.thisDNRole = .destination
        event.otherDN = "5002"
        event.otherDNRole = .origination
        event.thirdPartyDN = "5003"
        event.thirdPartyDNRole = .addedBy
        event.errorCode = .internalError
        event.userData = Samples.userData
        event.extensions = [
            "id": "rec-1", "recordings": ["rec-1": ["state": "on"]], "party-count": 2, "empty": [:],
            "copy": .list(Samples.userData), "bin": .binary([1]), "last": 1,
        ]
        event.callType = .inbound
        event.addressInfoType = .callsQuery
        event.addressInfoStatus = .talking
        event.userEvent = .requestPrivateService
        event.serverVersion = "1.0"
        event.serverRole = .backup
        event.applicationName = "callcontrol"
        event.callInfoType = .status
        event.timeSeconds = .max
        event.timeMicroseconds = 999_999
        event.privateMsgID = 4013
        event.sessionID = "0123456789abcdef0123456789abcdef"
        event.cause = .transfer
        event.callUUID = "01RCC3N118B1V0SL8O7GK2LAES00000V"
        event.serverStartTime = .max
        event.sequenceNumber = 42
        return event
    }

    @Test func `an event with every attribute is read as it was written`() throws {
        var bytes: [UInt8] = []
        let range = Self.writeAll(to: &bytes)
        #expect(range == 0..<bytes.count)
        #expect(FrameDecoder.split(bytes.span) == .frame(length: bytes.count))
        var table = AttributeTable()
        #expect(try Event(decoding: bytes.span, table: &table) == Self.all)
    }

    @Test func `events are written one behind the other`() throws {
        var bytes: [UInt8] = [1, 2, 3]
        let first = EventWriter.write(.eventACK, to: &bytes, capacity: 15) { ack in
            ack.integer(.referenceID, 7)
            #expect(ack.frameLength == 15)
        }
        let second = Self.writeAll(to: &bytes)
        #expect(first == 3..<18)
        #expect(bytes[..<18] == [1, 2, 3, 0, 0, 0, 11, 1, 0, 0, 138, 0, 2, 1, 0, 0, 0, 7])
        #expect(second == 18..<bytes.count)
    }

    @Test func `an array keeps its room while events are written into it`() {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(100_000)
        for _ in 0..<10 { _ = Self.writeAll(to: &bytes) }
        #expect(bytes.capacity >= 100_000)
    }

    @Test func `the answering copy is the event with its ReferenceID in place`() throws {
        var bytes: [UInt8] = []
        let others = EventWriter.write(.eventHeld, to: &bytes, capacity: 4_096) {
            $0.integer(.callID, 0)
            $0.directoryNumber(.thisDN, "5001")
            $0.list(.userData, Samples.userData)
        }
        var copy: [UInt8] = [9]
        let reference = ReferenceID(rawValue: 77)
        let range = EventWriter.appendCopy(of: bytes.span.extracting(others), withReference: reference, to: &copy)
        var expected: [UInt8] = [9]
        let direct = EventWriter.write(.eventHeld, to: &expected, capacity: 4_096) {
            $0.integer(.referenceID, 77)
            $0.integer(.callID, 0)
            $0.directoryNumber(.thisDN, "5001")
            $0.list(.userData, Samples.userData)
        }
        #expect(copy == expected)
        #expect(range == direct)
    }

    @Test func `the answering copy keeps the order behind an ErrorMessage and in an empty event`() {
        for message in ["", "A sentence."] {
            var bytes: [UInt8] = []
            var expected: [UInt8] = []
            let range = EventWriter.write(.eventError, to: &bytes, capacity: 4_096) {
                if !message.isEmpty { $0.string(.errorMessage, message) }
            }
            _ = EventWriter.write(.eventError, to: &expected, capacity: 4_096) {
                if !message.isEmpty { $0.string(.errorMessage, message) }
                $0.integer(.referenceID, 1)
            }
            var copy: [UInt8] = []
            EventWriter.appendCopy(
                of: bytes.span.extracting(range), withReference: ReferenceID(rawValue: 1), to: &copy)
            #expect(copy == expected)
        }
    }

    @Test func `lists nest 16 deep in events`() throws {
        var table = AttributeTable()
        let sound = RawFrame(53, list(53, nested(15))).bytes
        #expect(try Event(decoding: sound.span, table: &table).extensions?.packed == nested(15))
        let deeper = RawFrame(53, list(53, nested(16))).bytes
        #expect(throws: WireError.self) { try Event(decoding: deeper.span, table: &table) }
    }

    @Test func `an event skips attributes that it does not know`() throws {
        var table = AttributeTable()
        let frame = RawFrame(93, string(61, "1.0"), int(77, 1), long(3_000, 1)).bytes
        var expected = Event(.eventServerInfo)
        expected.serverVersion = "1.0"
        #expect(try Event(decoding: frame.span, table: &table) == expected)
    }

    @Test func `what is no event of this protocol is refused`() {
        var version = RawFrame(93)
        version.version = 2
        let frames: [([UInt8], ErrorCode)] = [
            (version.bytes, .protocolVersion), (RawFrame(93, [0]).bytes, .elementFormat),
            (RawFrame(14).bytes, .badMessageType), (RawFrame(65_280).bytes, .badMessageType),
            (RawFrame(93, int(20, 1)).bytes, .invalidAttribute), ([0, 0, 0], .elementLength),
        ]
        for (frame, code) in frames {
            var table = AttributeTable()
            do throws(WireError) {
                _ = try Event(decoding: frame.span, table: &table)
                Issue.record("It was taken for an event.")
            } catch {
                #expect(error.code == code)
            }
        }
    }

    @Test(arguments: [1, 8, 9, 40])
    func `a frame beyond the capacity that was given for it ends the process`(missing: Int) async {
        await #expect(processExitsWith: .failure) { [missing] in
            var bytes: [UInt8] = []
            EventWriter.write(.eventACK, to: &bytes, capacity: 15 + 7 + 40 - missing) { event in
                event.integer(.referenceID, 7)
                event.string(.thisDN, String(repeating: "5", count: 40))
            }
        }
    }

    @Test func `a frame of exactly the capacity that was given for it is written`() {
        var bytes: [UInt8] = []
        let range = EventWriter.write(.eventACK, to: &bytes, capacity: 15 + 7 + 40) { event in
            event.integer(.referenceID, 7)
            event.string(.thisDN, String(repeating: "5", count: 40))
        }
        #expect(range == 0..<62)
    }

    @Test func `keys of the protocol and others make the same pairs`() throws {
        var bytes: [UInt8] = []
        EventWriter.write(.eventACK, to: &bytes, capacity: 256) { event in
            event.list(.extensions) { list in
                list.string("id", "é")
                list.string(key: "id", "é")
                list.integer("n", -1)
                list.integer(key: "n", -1)
                list.list("l") { $0.integer("n", 1) }
                list.list(key: "l") { $0.integer("n", 1) }
            }
        }
        var table = AttributeTable()
        let extensions = try Event(decoding: bytes.span, table: &table).extensions
        #expect(extensions == ["id": "é", "id": "é", "n": -1, "n": -1, "l": ["n": 1], "l": ["n": 1]])
    }

    #if DEBUG
        @Test func `an event whose attributes do not ascend is our own fault`() async {
            await #expect(processExitsWith: .failure) {
                var bytes: [UInt8] = []
                EventWriter.write(.eventACK, to: &bytes, capacity: 64) { event in
                    event.directoryNumber(.thisDN, "5001")
                    event.integer(.referenceID, 7)
                }
            }
        }
    #endif
}
