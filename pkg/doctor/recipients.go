package doctor

import (
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// recipientCheck tells who can open the keys, where that is more than the owner. That somebody else
// has changed the list is told by opening the keys.
func recipientCheck(s *lifecycle.State, opener Opener) []Check {
	if s == nil || len(s.Sealing.Recipients) == 0 {
		return nil
	}
	c := newCheck(checkRecipients)
	c.see("recipients.shared", problem.Params{"count": strconv.Itoa(len(s.Sealing.Recipients))})
	if o, ok := opener.(interface{ Vouches() bool }); ok && o.Vouches() {
		c.see("recipients.checked", nil)
	} else {
		c.see("recipients.unchecked", nil)
	}
	return []Check{c}
}
