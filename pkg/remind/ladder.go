package remind

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Ladder is a list of rungs, which are days left, in falling order. Negative ones come after
// the end.
type Ladder []int

// The bounds of a rung: ten years either way, more days than any certificate lasts.
const (
	mostDays  = 3650
	mostRungs = 500
)

// ParseLadder reads a ladder: numbers and ranges, with commas between, such as "90,30,7-1,0,-7".
// What is none is [problem.Usage], sentence "ladder".
func ParseLadder(text string) (Ladder, error) {
	var l Ladder
	for item := range strings.SplitSeq(text, ",") {
		from, to, ok := parseRange(strings.TrimSpace(item))
		if !ok || len(l)+from-to+1 > mostRungs {
			return nil, problem.Say(problem.Usage, "ladder", problem.Params{"value": text, "part": strings.TrimSpace(item)})
		}
		for rung := from; rung >= to; rung-- {
			l = append(l, rung)
		}
	}
	slices.SortFunc(l, func(a, b int) int { return b - a })
	return slices.Compact(l), nil
}

// parseRange reads "7", "-7", "7-1" or "0--7"; the greater number comes first of what it returns.
func parseRange(item string) (from, to int, ok bool) {
	first, second := item, ""
	if dash := strings.IndexByte(strings.TrimPrefix(item, "-"), '-'); dash >= 0 {
		dash += len(item) - len(strings.TrimPrefix(item, "-"))
		first, second = item[:dash], item[dash+1:]
		if second == "" {
			return 0, 0, false
		}
	}
	from, ok = parseDays(first)
	to = from
	if ok && second != "" {
		to, ok = parseDays(second)
	}
	return max(from, to), min(from, to), ok
}

func parseDays(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= -mostDays && n <= mostDays && text[0] != '+'
}

// Nearest is the lowest rung that so many days are at or below. There is none as long as more
// days are left than the highest rung.
func (l Ladder) Nearest(days int) (rung int, ok bool) {
	for _, r := range slices.Backward(l) {
		if days <= r {
			return r, true
		}
	}
	return 0, false
}

// Due is the rung to tell, if one is due: the nearest, unless it or one below it was told. So
// after missed days one rung is told and not each of them.
func (l Ladder) Due(days, lowestTold int, told bool) (rung int, due bool) {
	rung, ok := l.Nearest(days)
	if !ok || told && lowestTold <= rung {
		return 0, false
	}
	return rung, true
}
