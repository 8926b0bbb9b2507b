/// What `ng` is asked to do; the same words as `ng-load`'s, where they mean the same.
struct Options {
    enum Verbs: String {
        case startStop = "start,stop"
        case pauseResume = "pause,resume"
    }

    var label = "driver"
    var port: UInt16 = 0
    var verbs = Verbs.startStop
    /// NG commands under way, and recordings that wait for their driver.
    var window = 1
    /// Recordings that wait for their driver, where they are more than the window.
    var outstanding = 0
    var calls = 1_000
    var spool: String?
    var patience = Duration.seconds(2)
    var warmUp = 1_000
    var measured = 20_000
    var limit = Duration.seconds(3)

    static let usage = """
        usage: ng --port P [--verbs start,stop|pause,resume] [--window W] [--outstanding R] [--calls N] [--spool DIRECTORY]
                  [--warm-up V] [--measured V] [--seconds LIMIT] [--patience-ms MS] [--label NAME]
        """

    /// `nil`: the words are none of ours.
    init?(_ arguments: some Sequence<String>) {
        var words = arguments.makeIterator()
        while let name = words.next() {
            guard let value = words.next(), take(name, value) else { return nil }
        }
        outstanding = max(outstanding, window)
        guard port > 0, window > 0, calls >= outstanding, warmUp > 0, measured > 0 else { return nil }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "--label": label = value
        case "--spool": spool = value
        case "--verbs":
            guard let known = Verbs(rawValue: value) else { return false }
            verbs = known
        default:
            guard let number = Int(value), number >= 0 else { return false }
            return take(name, number)
        }
        return true
    }

    private mutating func take(_ name: String, _ number: Int) -> Bool {
        switch name {
        case "--port": port = UInt16(clamping: number)
        case "--window": window = number
        case "--outstanding": outstanding = number
        case "--calls": calls = number
        case "--warm-up": warmUp = number
        case "--measured": measured = number
        case "--seconds": limit = .seconds(number)
        case "--patience-ms": patience = .milliseconds(number)
        default: return false
        }
        return true
    }
}
