import CallControl
import EventLoops
import Logging

/// The text form of a log line: time in UTC, level, label, message, then the metadata in order of its keys.
enum LogLine {
    /// Bytes of one line; the rest of a longer one is left out.
    static let limit = 4_096

    static func text(
        at time: WallTime, _ level: Logger.Level, _ label: String, _ message: String, _ metadata: Logger.Metadata = [:]
    ) -> String {
        var line = "\(CalendarTime.text(time)) \(level.rawValue) \(label): \(message.printable)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(key.printable)=\(shown("\(value)"))"
        }
        return cut(line) + "\n"
    }

    /// A value as it is where it is one plain word; else in quotes, as in JSON.
    private static func shown(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy(isPlain)
        return isPlain ? value : JSON.string(value).text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "._:@/-".utf8.contains(byte)
        }
    }

    private static func cut(_ line: String) -> String {
        guard line.utf8.count >= limit else { return line }
        // A character that falls on the bound is left out whole.
        var end = line.utf8.index(line.startIndex, offsetBy: limit - 4)
        while end > line.startIndex, line.utf8[end] & 0xC0 == 0x80 { end = line.utf8.index(before: end) }
        return line[..<end] + "…"
    }
}

/// Such as `2026-11-30T15:04:05.123Z`.
enum CalendarTime {
    static func text(_ time: WallTime) -> String {
        let milliseconds = max(0, time.microseconds / 1_000)
        let seconds = milliseconds / 1_000
        let (year, month, day) = HTTPDate.calendarDay(Int(seconds / 86_400))
        let date = "\(year)-\(digits(month, 2))-\(digits(day, 2))"
        let clock = [seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { digits(Int($0), 2) }
        return "\(date)T\(clock.joined(separator: ":")).\(digits(Int(milliseconds % 1_000), 3))Z"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
