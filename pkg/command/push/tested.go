package push

import (
	"context"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// noteWait is how long a push that is done waits to be noted in the config file.
const noteWait = 2 * time.Second

// tests tells whether a run in which APNs took so many pushes shows that the registered certificate wakes
// devices: it was pushed with, and to Apple. A certificate from a file, or a simulator, shows nothing of it,
// and one that never left for a server is still to be delivered, whatever Apple takes from here.
func (j pushJob) tests(accepted int64) bool {
	apple := "https://"+j.endpoint.Hostname() == apns.Production
	return apple && accepted > 0 && j.kind.MDM() && j.identity.untested && !j.identity.rehearsal
}

// noteTested keeps that the profile's certificate was tested, once. Where the config file cannot be written
// the push has been done all the same, and a person may be told again to test it.
func (o *pushOptions) noteTested(ctx context.Context, id *pushIdentity) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWait) // a run that was interrupted has pushed, too
	defer cancel()
	err := o.Update(ctx, func(s *lifecycle.State) error {
		return s.Tested(id.profile, id.leaf, o.Now())
	})
	if err == nil || problem.Of(err).Code == problem.CertificateMissing { // another one has taken its place meanwhile
		return
	}
	if store, unopened := o.Open(); unopened == nil {
		o.Note("push.untested", problem.Params{"path": store.Path(), "profile": id.profile})
	}
}
