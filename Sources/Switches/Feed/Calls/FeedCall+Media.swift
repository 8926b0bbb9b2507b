import CallModel
import TLibrary

extension FeedCall {
    /// The media of a party, in as much as a line tells of it.
    mutating func hasMedia(
        _ dn: DirectoryNumber, _ media: FeedMedia, list: Int?, _ outcome: inout FeedEffects
    ) throws(FeedProtocolError) {
        guard place(of: dn) != nil else { throw .unknownParty }
        if media.tellsSource { tell(.source(dn, media.source), &outcome) }
        if media.tellsSession { try hasMedia(dn, media.session, list: list, &outcome) }
    }
}
