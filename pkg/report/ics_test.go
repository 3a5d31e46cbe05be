package report

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// A profile, its server, another profile of that server, and the same in another file are entries of their own.
func TestNoTwoEntriesHaveOneUID(t *testing.T) {
	seen := map[string]int{}
	for i, source := range []string{"age1a", "age1b"} {
		for j, r := range []Row{
			{Item: lifecycle.Item{Kind: lifecycle.KindPush, Profile: "a"}, Origin: "a"},
			{Item: lifecycle.Item{Kind: lifecycle.KindPush, Profile: "b"}, Origin: "b"},
			{Item: lifecycle.Item{Kind: lifecycle.KindServer, Profile: "a", Server: "a"}, Origin: "a"},
			{Item: lifecycle.Item{Kind: lifecycle.KindServer, Profile: "b", Server: "a"}, Origin: "b"},
			{Item: lifecycle.Item{Kind: lifecycle.KindVendor}},
		} {
			uid := Sheet{Source: source}.uid(r, "renew")
			if other, taken := seen[uid]; taken {
				t.Errorf("%d has the UID of %d", 10*i+j, other)
			}
			seen[uid] = 10*i + j
		}
	}
}
