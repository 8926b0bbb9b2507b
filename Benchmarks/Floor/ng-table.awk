# Makes one table of the JSON lines of ng-load and ng. Goes after lines.awk. A label is PROOF/CLIENT, and C is what the
# others of its proof are compared with, round by round.

{
    key = field("client") SUBSEP field("window")
    if (!(key in known)) { known[key] = 1; keys[++count] = key }
    all[key, "rounds"]++
    commands_each = field("commands") / field("verbs")
    all[key, "rate"] = all[key, "rate"] " " field("rate") * commands_each
    all[key, "cpu"] = all[key, "cpu"] " " field("cpu") / commands_each
    all[key, "each"] = all[key, "each"] " " commands_each
    split("p50-1 p99-1 p50-2 p99-2", quantiles, " ")
    for (i = 1; i in quantiles; i++) all[key, quantiles[i]] = all[key, quantiles[i]] " " field(quantiles[i])
}

function of(key, what) { return median(all[key, what]) }

function milliseconds(key, what) { return sprintf("%.2f", of(key, what) / 1000) }

# Of the rates of the same round: what else the machine does then, it does to both.
function ratio(key, other,    rates, others, list, i) {
    split(all[key, "rate"], rates, " ")
    split(all[other, "rate"], others, " ")
    for (i = 1; i in rates && i in others; i++) list = list " " rates[i] / others[i]
    return sprintf("%.2f", median(list))
}

END {
    print "Size is NG commands under way. A verb is a start or a stop (a pause or a resume), and takes so many NG commands;"
    print "p50 and p99 are ms from the verb to its confirmation: the first verb's, then the second's.\n"
    head = "| %4s | %-6s | %-10s | %12s | %5s | %12s | %15s | %15s | %8s |\n"
    printf head, "size", "proof", "client", "NG commands/s", "× C", "NG per verb", "p50, p99 first", "p50, p99 second", "CPU µs"
    print "| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (i = 1; i <= count; i++) {
        key = keys[i]
        split(key, parts, SUBSEP)
        split(parts[1], label, "/")
        second = of(key, "p50-2") > 0 ? milliseconds(key, "p50-2") ", " milliseconds(key, "p99-2") : ""
        printf head, parts[2], label[1], label[2], sprintf("%.0f", of(key, "rate")),
            label[2] == "C" ? "" : ratio(key, label[1] "/C" SUBSEP parts[2]), sprintf("%.2f", of(key, "each")),
            milliseconds(key, "p50-1") ", " milliseconds(key, "p99-1"), second, sprintf("%.1f", of(key, "cpu"))
    }
}
