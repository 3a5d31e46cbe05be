package lifecycle

import (
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A request without values leaves those of the profile, and one with values sets its own.
func TestARequestWithoutValuesLeavesTheMemo(t *testing.T) {
	p := &Profile{AppleAccount: "mdm@example.com", Email: "it@example.com", Country: "JP"}
	p.remember(RequestOptions{Country: "DE"})
	if p.AppleAccount != "mdm@example.com" || p.Email != "it@example.com" || p.Country != "DE" {
		t.Errorf("the memo is %q %q %q", p.AppleAccount, p.Email, p.Country)
	}
}

func TestMemoNamesWhatIsMissing(t *testing.T) {
	if found := memo("a", "mdm@example.com", nil, now); len(found) > 0 {
		t.Errorf("with an account: %v", found)
	}
	found := memo("a", "", nil, now)
	if !slices.ContainsFunc(found, func(f problem.Finding) bool { return f.Code == problem.NoAppleAccount }) {
		t.Errorf("without an account: %v", found)
	}
}

func TestTopicOfAnItem(t *testing.T) {
	c := newAuthority(t).issue(t, 1, topicA, nextDay)
	if got := (Item{Certificate: c, KnownTopic: topicB}).Topic(); got != topicA {
		t.Errorf("with a certificate: %s", got)
	}
	if got := (Item{KnownTopic: topicB}).Topic(); got != topicB {
		t.Errorf("without: %s", got)
	}
}

// A file without a vendor has no row for one, and a profile can be judged by itself.
func TestItemsWithoutAVendor(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	items, err := s.Items(a.judge())
	if err != nil || len(items) != 1 || items[0].Kind != KindPush {
		t.Errorf("%d items, %v", len(items), err)
	}
	if i, err := s.ItemOf("a", a.judge()); err != nil || i.Topic() != topicA {
		t.Errorf("one: %+v, %v", i, err)
	}
}
