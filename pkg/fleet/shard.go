package fleet

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Shard is a stable part of the input: every Of-th row, beginning with Index, from 0.
type Shard struct{ Index, Of int64 }

// ParseShard reads I/N; nothing is the whole input. Any other text is a usage problem.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{0, 1}, nil
	}
	left, right, ok := strings.Cut(text, "/")
	index, err1 := strconv.ParseUint(left, 10, 31)
	of, err2 := strconv.ParseUint(right, 10, 31)
	if !ok || err1 != nil || err2 != nil || index >= of {
		return Shard{}, problem.Say(problem.Usage, "push-shard", problem.Params{"value": text})
	}
	return Shard{int64(index), int64(of)}, nil
}

// String is I/N.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

func (s Shard) has(position int64) bool { return position%s.Of == s.Index }
