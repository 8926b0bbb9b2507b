import CallControl
import EventLoops

enum HTTPStatus: Int, Sendable {
    case ok = 200
    case badRequest = 400
    case notFound = 404
    case methodNotAllowed = 405
    case requestTimeout = 408
    case bodyTooLarge = 413
    case headTooLarge = 431
    case unavailable = 503
    case versionNotSupported = 505

    var reason: String {
        switch self {
        case .ok: "OK"
        case .badRequest: "Bad Request"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .requestTimeout: "Request Timeout"
        case .bodyTooLarge: "Content Too Large"
        case .headTooLarge: "Request Header Fields Too Large"
        case .unavailable: "Service Unavailable"
        case .versionNotSupported: "HTTP Version Not Supported"
        }
    }
}

/// What goes back on the inspection port.
struct HTTPResponse: Sendable {
    static let plain = "text/plain; charset=utf-8"
    static let json = "application/json"

    var status: HTTPStatus
    var type: String
    var body: [UInt8]

    init(_ status: HTTPStatus, type: String, _ body: [UInt8]) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// A sentence for people; none: what the status says.
    init(_ status: HTTPStatus, _ sentence: String? = nil) {
        self.init(status, type: Self.plain, Array("\(sentence ?? status.reason)\n".utf8))
    }

    /// Head and body as they go out. Without a body, the head is as it would be with it.
    func bytes(withBody: Bool, closes: Bool, at time: WallTime) -> [UInt8] {
        var head = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\n"
        head += "Date: \(HTTPDate.text(time))\r\n"
        head += "Content-Type: \(type)\r\n"
        head += "Content-Length: \(body.count)\r\n"
        head += "Cache-Control: no-store\r\n"
        if status == .methodNotAllowed { head += "Allow: GET, HEAD\r\n" }
        head += closes ? "Connection: close\r\n\r\n" : "Connection: keep-alive\r\n\r\n"
        return Array(head.utf8) + (withBody ? body : [])
    }
}

/// Such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    static func text(_ time: WallTime) -> String {
        let seconds = max(0, time.microseconds / 1_000_000)
        let days = Int(seconds / 86_400)
        let (year, month, day) = calendarDay(days)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { twoDigits(Int($0)) }
        return "\(weekdays[days % 7]), \(twoDigits(day)) \(months[month - 1]) \(year) "
            + "\(clock.joined(separator: ":")) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Years are counted down by their lengths, then months: no table of eras is worth it here.
    static func calendarDay(_ days: Int) -> (year: Int, month: Int, day: Int) {
        func isLeap(_ year: Int) -> Bool { year % 4 == 0 && year % 100 != 0 || year % 400 == 0 }
        var (year, rest) = (1970 + days / 146_097 * 400, days % 146_097)
        while rest >= (isLeap(year) ? 366 : 365) {
            rest -= isLeap(year) ? 366 : 365
            year += 1
        }
        let lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var month = 0
        while rest >= lengths[month] {
            rest -= lengths[month]
            month += 1
        }
        return (year, month + 1, rest + 1)
    }
}
