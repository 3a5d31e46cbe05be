package command_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
)

// damages is how many damaged requests are tried; a larger number is for an evening.
var damages = flag.Int("damages", 120, "damaged requests that the portal and verify are shown")

// TestVerifyAndPortalAgreeOnAnyDamage changes a few bytes of a request at random places: of the
// file, of the list inside, of the chain in that. Nothing but agreement is asked for.
func TestVerifyAndPortalAgreeOnAnyDamage(t *testing.T) {
	t.Parallel()
	w := newPortalWorld(t)
	p := w.good(t)
	good, list := p.file(t), p.list(t)
	random := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range *damages {
		var file, how string
		switch random.IntN(3) {
		case 0:
			file, how = damaged(random, good)
		case 1:
			file, how = damaged(random, list)
			file = p64(file)
		default:
			chain, did := damaged(random, p.chain)
			file, how = p64(strings.Replace(list, p.chain, chain, 1)), did
		}
		status, answer := w.post(t, "/certificates", file)
		exit, found := w.findings(t, file, "verify")
		if (status == http.StatusCreated) != (exit == 0) {
			t.Errorf("%s: the portal answers %d (%s), verify ends with %d: %v", how, status, answer[:min(len(answer), 90)], exit, found)
		}
		if status == http.StatusCreated {
			taken++
		}
	}
	t.Logf("%d damaged requests, of which the portal takes %d", *damages, taken)
	if taken == 0 || taken == *damages {
		t.Errorf("%d of %d requests are taken; both kinds are wanted", taken, *damages)
	}
}

// damaged changes one place of a text, and says how.
func damaged(random *rand.Rand, text string) (changed, how string) {
	pieces := []string{"", " ", "\n", "\r\n", "\t", "=", "-", "_", "A", "<", ">", "&amp;", "-----", "\u00a0", "\ufeff", "\x00", "\xff", "\n\n", "<!-- -->", "</dict>", "<dict>", "]]>"}
	at := random.IntN(len(text))
	piece := pieces[random.IntN(len(pieces))]
	length := []int{0, 0, 1, 4, 65}[random.IntN(5)]
	end := min(len(text), at+length)
	return text[:at] + piece + text[end:], fmt.Sprintf("at %d of %d, %d bytes become %q", at, len(text), end-at, piece)
}
