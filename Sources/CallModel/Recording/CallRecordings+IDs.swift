extension CallRecordings {
    /// An id that is unique among all calls, as the CallUUID is.
    func unusedID(_ uuid: String) -> RecordingID {
        var number = begun + 1
        while true {
            if let id = RecordingID("\(uuid)-\(number)"), !used.contains(id) { return id }
            number += 1
        }
    }
}
