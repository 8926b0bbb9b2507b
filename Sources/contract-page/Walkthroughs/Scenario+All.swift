extension Scenario {
    /// All of them, in the order of the article.
    static var all: [Scenario] {
        beginnings + endings + pauses + replacements + transfers + conferences + pairs + userData + verbs + queries
    }
}
