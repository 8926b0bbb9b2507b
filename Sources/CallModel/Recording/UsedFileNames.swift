/// The file names of a call's recordings: none is given twice (Recording contract, "The indication").
struct UsedFileNames: Sendable, Equatable {
    /// Mostly one: it takes no allocation.
    private var names = TinyArray<String>()

    /// A name that a media server took; mostly the one that was proposed.
    mutating func add(_ name: String) {
        if !names.contains(name) { names.append(name) }
    }

    /// A name like this one, with a tail where it was used already.
    mutating func next(like base: String) -> String {
        var name = base
        var tail = 2
        while names.contains(name) {
            name = FileNamePattern.name(base, withTail: tail)
            tail += 1
        }
        names.append(name)
        return name
    }
}
