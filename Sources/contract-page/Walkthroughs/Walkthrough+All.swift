extension Walkthrough {
    /// All of them, in the order of the article.
    static var all: [Walkthrough] {
        beginnings + endings + pauses + replacements + transfers + conferences + pairs + userData + verbs + queries
    }
}
