#if canImport(Glibc)
    import Glibc
#endif

@main
struct Micro {
    static func main() {
        let benchmarks = decodingBenchmarks() + encodingBenchmarks() + enteringBenchmarks()
        var failed = false
        print(row("operation", "ns", "allocations", "allowed"))
        for benchmark in benchmarks {
            let result = benchmark.measure()
            let passes = result.isWithin(benchmark.allowed)
            let mark = passes ? "" : "  too many"
            failed = failed || !passes
            print(
                row(
                    benchmark.name, "\(Int(result.nanoseconds.rounded()))", hundredths(result.allocations),
                    "\(benchmark.allowed)") + mark)
        }
        if failed { exit(1) }
    }

    private static func row(_ name: String, _ columns: String...) -> String {
        columns.reduce(padded(name, 52, left: false)) { $0 + padded($1, 13, left: true) }
    }

    private static func padded(_ text: String, _ width: Int, left: Bool) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return left ? space + text : text + space
    }

    private static func hundredths(_ value: Double) -> String {
        let rounded = Int((value * 100).rounded())
        return "\(rounded / 100).\(rounded % 100 < 10 ? "0" : "")\(rounded % 100)"
    }
}
