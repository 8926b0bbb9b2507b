/// A moment as a calendar and a clock show it, in UTC.
struct CivilTime {
    private let day: (year: Int, month: Int, day: Int)
    private let second: Int

    init(microseconds: Int64) {
        let seconds = microseconds.floorDivided(by: 1_000_000)
        let days = seconds.floorDivided(by: 86_400)
        second = Int(seconds - days * 86_400)
        day = Self.calendarDay(days)
    }

    /// YYYY-MM-DD
    var date: String { "\(day.year)-\(Self.twoDigits(day.month))-\(Self.twoDigits(day.day))" }

    /// HH-MM-SS
    var time: String {
        "\(Self.twoDigits(second / 3_600))-\(Self.twoDigits(second / 60 % 60))-\(Self.twoDigits(second % 60))"
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The proleptic Gregorian day, counted in eras of 400 years that begin on the first of March.
    private static func calendarDay(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = Int(shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
