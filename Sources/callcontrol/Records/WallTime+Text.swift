import CallControl
import EventLoops

extension WallTime {
    /// ISO 8601 in UTC, to the microsecond: `2026-11-22T21:06:41.000123Z`.
    var text: String {
        let (days, second) = Self.divided(microseconds, by: 86_400_000_000)
        let (year, month, day) = Self.calendarDay(days)
        let time = second / 1_000_000
        let parts = [
            Self.digits(year, 4), "-", Self.digits(month, 2), "-", Self.digits(day, 2), "T",
            Self.digits(time / 3_600, 2),
            ":", Self.digits(time / 60 % 60, 2), ":", Self.digits(time % 60, 2), ".",
            Self.digits(second % 1_000_000, 6), "Z",
        ]
        return parts.joined()
    }

    /// `nil`: the text is no time as ``text`` writes it.
    init?(text: String) {
        let marks: [Int: Character] = [4: "-", 7: "-", 10: "T", 13: ":", 16: ":", 19: ".", 26: "Z"]
        let characters = Array(text)
        guard characters.count == 27, marks.allSatisfy({ characters[$0.key] == $0.value }) else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            let digits = characters[range]
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
            return Int64(String(digits))
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19), let rest = number(20..<26),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let seconds = Self.days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(microseconds: seconds * 1_000_000 + rest)
    }

    private static func digits(_ number: Int64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    private static func divided(_ number: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    // The proleptic Gregorian calendar, counted in eras of 400 years that begin on the first of March.

    private static func calendarDay(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = divided(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = divided(month <= 2 ? year - 1 : year, by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
