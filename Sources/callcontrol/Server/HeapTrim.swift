import Glibc

/// Memory that was freed goes back to the system. Reading a large configuration takes several times what is kept of it,
/// in blocks too small for the allocator to give back by itself.
enum HeapTrim {
    static func trim() { _ = mallocTrim(0) }
}

// GNU's own, which Swift does not import from glibc.
@_silgen_name("malloc_trim")
private func mallocTrim(_ kept: Int) -> Int32
