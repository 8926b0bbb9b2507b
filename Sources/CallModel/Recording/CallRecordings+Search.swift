import TLibrary

/// Searches for another media server.
extension CallRecordings {
    /// How long a media server is searched for yet, for the live recording of a party; `nil`: none is.
    func restOfSearch(of anchor: Party.ID, at now: Duration) -> Duration? {
        let all = live.span
        for place in all.indices where all[place].anchor == anchor && all[place].isLive {
            return all[place].search == nil ? nil : max(.zero, (all[place].searchEnd ?? now) - now)
        }
        return nil
    }
}
