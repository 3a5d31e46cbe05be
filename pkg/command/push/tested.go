package push

import (
	"github.com/apnsctl/apnsctl/pkg/apns"
)

// tests tells whether a run in which APNs took so many pushes shows that the registered certificate wakes
// devices: it was pushed with, and to Apple. A certificate from a file, or a simulator, shows nothing of it,
// and one that never left for a server is still to be delivered, whatever Apple takes from here. In a rehearsal
// the simulator is Apple, and nothing more can be shown.
func (j pushJob) tests(accepted int64) bool {
	apple := "https://"+j.endpoint.Hostname() == apns.Production
	return (apple || j.identity.rehearsal) && accepted > 0 && j.kind.MDM() && j.identity.untested
}
