package fleet

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestShards(t *testing.T) {
	for text, want := range map[string]string{
		"": "0/1", "0/1": "0/1", "3/4": "3/4",
		"4/4": "usage.push-shard", "0/0": "usage.push-shard", "-1/2": "usage.push-shard",
		"1": "usage.push-shard", "a/b": "usage.push-shard", "1/2/3": "usage.push-shard",
	} {
		part, err := ParseShard(text)
		got := part.String()
		if err != nil {
			got = problem.Of(err).Key()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	owners := make([]int, 100)
	for i := range int64(7) {
		for position := range owners {
			if (Shard{i, 7}).has(int64(position)) {
				owners[position]++
			}
		}
	}
	for position, n := range owners {
		if n != 1 {
			t.Errorf("position %d belongs to %d parts", position, n)
		}
	}
}
