import TLibrary

func encodingBenchmarks() -> [Benchmark] {
    let asker = ReferenceID(rawValue: 7)
    return [
        Benchmark(name: "encode a change of 7 pairs", allowed: 0) { times in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(4096)
            let change = Change()
            var sum = 0
            for _ in 0..<times {
                bytes.removeAll(keepingCapacity: true)
                sum &+= change.encode(to: &bytes).count
            }
            return sum
        },
        Benchmark(name: "copy an event with the asker's ReferenceID", allowed: 0) { times in
            var event: [UInt8] = []
            _ = Change().encode(to: &event)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(4096)
            var sum = 0
            for _ in 0..<times {
                bytes.removeAll(keepingCapacity: true)
                let copy = EventWriter.appendCopy(of: event.span, withReference: asker, to: &bytes)
                sum &+= copy.count
            }
            return sum
        },
    ]
}

/// An EventAttachedDataChanged as a pause makes it.
private struct Change {
    let connection = ConnectionID(rawValue: 0x0071_022e_c8ac_8056)
    let dn: DirectoryNumber = "5001"
    let other: DirectoryNumber = "5002"
    let file = "01RCC3N118B1V0SL8O7GK2LAES000001_5001_5001_5002_2026-01-01_09-30-00"
    let uuid = "01RCC3N118B1V0SL8O7GK2LAES000001"
    let userData: KeyValueList

    init() {
        userData = [
            "CustomerSegment": .string("Gold"), "ServiceType": .string("Card payments"),
            "ContractNumber": .string("4711-0815-2026"), "LastCalled": .string("2026-01-01T09:30:00Z"),
            "RPVQID": .string("01RCC3N118B1V0SL8O7GK2LAES000001"), "GSIP_REC_FN": .string(file),
            "GSIP_RECORD": .string("Paused"),
        ]
    }

    func encode(to bytes: inout [UInt8]) -> Range<Int> {
        var size = FrameSize(attributes: 14, pairs: 6, names: 2)
        for text in [dn.text, other.text, dn.text, uuid, dn.text, file, uuid] { size.add(text) }
        size.add(userData)
        return EventWriter.write(.eventAttachedDataChanged, to: &bytes, capacity: size.bytes) { event in
            event.integer(.callID, 0)
            event.connection(.connID, connection)
            event.directoryNumber(.thisDN, dn)
            event.integer(.thisDNRole, 1)
            event.directoryNumber(.otherDN, other)
            event.integer(.otherDNRole, 2)
            event.directoryNumber(.thirdPartyDN, dn)
            event.list(.userData, userData)
            event.list(.extensions) { extensions in
                extensions.list("recording") { recording in
                    recording.string("id", uuid)
                    recording.string("state", "paused")
                    recording.string("cause", "request")
                    recording.string("party", dn.text)
                    recording.string("file", file)
                }
            }
            event.integer(.callType, 1)
            event.unsigned(.timeInSecs, 1_800_000_000)
            event.unsigned(.timeInuSecs, 0)
            event.string(.callUUID, uuid)
            event.long(.eventSequenceNumber, 1)
        }
    }
}
