package lifecycle

import (
	"testing"
	"time"
)

// What Apple takes from here says nothing of a server that never got the certificate.
func TestOnlyADeliveredCertificateAwaitsItsTest(t *testing.T) {
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name   string
		tested *time.Time
		last   Event
		want   bool
	}{
		{"nothing was done with it", nil, Event{Action: Renewed, At: at}, false},
		{"exported since", nil, Event{Action: Exported, At: at.Add(time.Hour)}, true},
		{"uploaded since", nil, Event{Action: Uploaded, At: at.Add(time.Hour)}, true},
		{"the former one was exported", nil, Event{Action: Exported, At: at.Add(-time.Hour)}, false},
		{"tested already", &at, Event{Action: Exported, At: at.Add(time.Hour)}, false},
	} {
		p := &Profile{Certificate: &Held{ImportedAt: at, TestedAt: row.tested}, History: []Event{row.last}}
		if got := p.Untested(); got != row.want {
			t.Errorf("%s: got %t, want %t", row.name, got, row.want)
		}
	}
}
