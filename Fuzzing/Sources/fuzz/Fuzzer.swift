import Glibc

/// libFuzzer, which takes a function of C and no context: the target stands in a global.
enum Fuzzer {
    static func run(_ target: Target, arguments: [String]) -> Int32 {
        unsafe chosen = target
        var count = Int32(arguments.count)
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        return unsafe words.withUnsafeMutableBufferPointer { words in
            var start = words.baseAddress
            return unsafe runDriver(&count, &start) { bytes, count in
                let input = unsafe Input(Array(UnsafeBufferPointer(start: bytes, count: count)))
                unsafe chosen.read(input)
                return 0
            }
        }
    }
}

/// Set once, before libFuzzer begins, which runs a target on one thread.
nonisolated(unsafe) private var chosen = Target.frames

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ take: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
