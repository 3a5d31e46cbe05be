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
	if found := new(State).memo("a", "mdm@example.com", nil, now); len(found) > 0 {
		t.Errorf("with an account: %v", found)
	}
	found := new(State).memo("a", "", nil, now)
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

// A file without a vendor has no row for one, and a profile can be checked by itself.
func TestItemsWithoutAVendor(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	items, err := s.Items(a.terms())
	if err != nil || len(items) != 1 || items[0].Kind != KindPush {
		t.Errorf("%d items, %v", len(items), err)
	}
	if i, err := s.ItemOf("a", a.terms()); err != nil || i.Topic() != topicA {
		t.Errorf("one: %+v, %v", i, err)
	}
}

// The vendor certificate is watched below the profiles, and of an outline all is checked as of the whole.
func TestItemsWithAVendorAndInOutline(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	importVendor(t, s, a, 3, now.AddDate(0, 0, 20))
	s.Vendor.Pending = []Pending{{Key: sealed(t, 4), CreatedAt: now.AddDate(0, 0, -3)}}
	whole, err := s.Items(a.terms())
	if err != nil || len(whole) != 2 {
		t.Fatalf("%d items, %v", len(whole), err)
	}
	v := whole[1]
	if v.Kind != KindVendor || v.Condition() != ConditionCritical || v.PendingDays == nil || *v.PendingDays != 3 || v.PendingSince == nil {
		t.Errorf("the vendor: %+v", v)
	}
	j := a.terms()
	j.Outline = true
	outline, err := s.Items(j)
	if err != nil || len(outline) != 2 {
		t.Fatalf("%d items in outline, %v", len(outline), err)
	}
	w, o := whole[0], outline[0]
	if keysOf(w.Findings) != keysOf(o.Findings) || w.Topic() != o.Topic() || !w.End().Equal(*o.End()) {
		t.Errorf("in outline: %+v, whole: %+v", o, w)
	}
	if w.Certificate.X509.Raw == nil || len(o.Certificate.X509.Raw) > 0 {
		t.Error("the outline is the whole, or the whole an outline")
	}
}
