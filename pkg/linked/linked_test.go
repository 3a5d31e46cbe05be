package linked_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/server"
)

// What next steps depend on is said of each kind as the kind says it.
func TestNextStepsKnowTheKinds(t *testing.T) {
	for _, kind := range server.Kinds() {
		s, offers := &lifecycle.Server{Kind: string(kind)}, linked.Offers(string(kind))
		if s.MakesRequests() != offers.Request || s.TakesCertificates() != offers.Upload {
			t.Errorf("%s: %v, %v, and offers %+v", kind, s.MakesRequests(), s.TakesCertificates(), offers)
		}
		if kind != server.Google && s.TellsCertificate() != offers.ShowsDate { // which tells the date in alerts alone
			t.Errorf("%s: %v, and offers %+v", kind, s.TellsCertificate(), offers)
		}
	}
	if len(server.Kinds()) < 11 {
		t.Errorf("%d kinds", len(server.Kinds()))
	}
}
