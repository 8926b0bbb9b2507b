import TLibrary

/// The ids of the recordings of a call: each is given once.
extension CallRecordings {
    func wasUsed(_ id: RecordingID) -> Bool { place(of: id) != nil || used.contains(id) }

    /// Keeps an id that a route gave, so that nobody else's recording gets it.
    mutating func reserve(_ id: RecordingID) {
        used.append(id)
    }

    /// The route came to nothing: its id is anybody's again.
    mutating func release(_ id: RecordingID) {
        used.removeAll { $0 == id }
    }

    /// An id that is unique among all calls, as the CallUUID is.
    func unusedID(_ uuid: String) -> RecordingID {
        var number = begun + 1
        while true {
            if let id = RecordingID("\(uuid)-\(number)"), !wasUsed(id) { return id }
            number += 1
        }
    }
}
