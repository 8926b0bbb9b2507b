# Makes one table of the JSON lines of fan. Goes after lines.awk. Ratios are to Redis, round by round.

{
    case_ = field("window") SUBSEP field("subscribers")
    if (!(case_ in known)) { known[case_] = 1; cases[++count] = case_ }
    system_ = field("system")
    sizes[system_] = field("size")
    rates[case_, system_] = rates[case_, system_] " " field("deliveries")
    costs[case_, system_] = costs[case_, system_] " " field("cpu")
}

# Of the same round: what else the machine does then, it does to both.
function ratio(list, others,    values, other, ratios, i) {
    split(list, values, " ")
    split(others, other, " ")
    for (i = 1; i in values && i in other; i++) ratios = ratios " " values[i] / other[i]
    return sprintf("%.2f", median(ratios))
}

END {
    printf "A delivery has %d bytes, with Redis %d. Window: messages of the publisher that are not answered yet.\n\n",
        sizes["callcontrol"], sizes["redis"]
    head = "| %6s | %11s | %12s | %12s | %7s | %15s | %9s | %8s |\n"
    printf head, "window", "subscribers", "deliveries/s", "Redis", "× Redis", "CPU ns/delivery", "Redis", "× Redis"
    print "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for (i = 1; i <= count; i++) {
        split(cases[i], parts, SUBSEP)
        ours = cases[i] SUBSEP "callcontrol"
        theirs = cases[i] SUBSEP "redis"
        printf head, parts[1], parts[2], sprintf("%.0f", median(rates[ours])), sprintf("%.0f", median(rates[theirs])),
            ratio(rates[ours], rates[theirs]), sprintf("%.0f", median(costs[ours])),
            sprintf("%.0f", median(costs[theirs])), ratio(costs[ours], costs[theirs])
    }
}
