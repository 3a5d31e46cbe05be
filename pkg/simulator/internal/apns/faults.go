package apns

import (
	"cmp"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Bounds of what a test may ask for.
const (
	defaultMaxStreams = 1000
	maxMaxStreams     = 100_000
	maxLatency        = 10 * time.Minute
	maxGoAwayReason   = 256
)

// What wrong_topic may say: Apple's table has it refused, a fleet's operators saw it
// accepted and dropped.
const (
	wrongTopicReject = "reject"
	wrongTopicAccept = "accept"
)

// Faults is what goes wrong on purpose. The shares are parts (0 to 1) of the pushes
// that would have been accepted; their sum is at most 1.
//
// GoAwayAfter streams of a connection are answered, then it is told to go away, with
// GoAwayReason as the JSON reason (none: no debug data). A GoAwayReason without
// GoAwayAfter refuses every connection at its first request with LastStreamID 0, as
// APNs does with a certificate of the wrong environment.
type Faults struct {
	LatencyMS    int     `json:"latency_ms"`
	Share429     float64 `json:"share_429"`
	Share500     float64 `json:"share_500"`
	Share503     float64 `json:"share_503"`
	ShareReset   float64 `json:"share_reset"`
	GoAwayAfter  int     `json:"goaway_after"`
	GoAwayReason string  `json:"goaway_reason"`
	MaxStreams   int     `json:"max_streams"`
	WrongTopic   string  `json:"wrong_topic"`
}

// check refuses what makes no sense, naming the field.
func (f Faults) check() error {
	switch {
	case f.LatencyMS < 0 || f.LatencyMS > int(maxLatency.Milliseconds()):
		return fmt.Errorf("latency_ms must be between 0 and %d", maxLatency.Milliseconds())
	case f.GoAwayAfter < 0:
		return errors.New("goaway_after must not be negative")
	case len(f.GoAwayReason) > maxGoAwayReason:
		return fmt.Errorf("goaway_reason is longer than %d bytes", maxGoAwayReason)
	case f.MaxStreams < 0 || f.MaxStreams > maxMaxStreams:
		return fmt.Errorf("max_streams must be between 0 (the default) and %d", maxMaxStreams)
	case f.WrongTopic != "" && f.WrongTopic != wrongTopicReject && f.WrongTopic != wrongTopicAccept:
		return errors.New(`wrong_topic must be "reject" or "accept"`)
	}
	return f.checkShares()
}

func (f Faults) checkShares() error {
	var sum float64
	for _, share := range []struct {
		name  string
		value float64
	}{
		{"share_429", f.Share429},
		{"share_500", f.Share500},
		{"share_503", f.Share503},
		{"share_reset", f.ShareReset},
	} {
		if !(share.value >= 0 && share.value <= 1) { // written so that NaN fails too
			return fmt.Errorf("%s must be between 0 and 1", share.name)
		}
		sum += share.value
	}
	if sum > 1 {
		return errors.New("the shares add up to more than 1")
	}
	return nil
}

func (f Faults) latency() time.Duration { return time.Duration(f.LatencyMS) * time.Millisecond }

func (f Faults) streamLimit() int { return cmp.Or(f.MaxStreams, defaultMaxStreams) }

// faultPlan is a set of faults with the numbers drawn from its seed. It is replaced as a whole, so that every
// setting of faults begins the same sequence.
type faultPlan struct {
	Faults
	seed  uint64
	drawn atomic.Uint64
}

// fate is what the dice decide about a push that is otherwise in order.
type fate struct {
	reason Reason
	reset  bool
}

// next decides the fate of the next good push. The n-th draw of a plan gives the
// same fate for the same seed, whichever connection makes it.
func (p *faultPlan) next() fate {
	if p.Share429+p.Share500+p.Share503+p.ShareReset == 0 {
		return fate{}
	}
	at := unitFloat(p.seed, p.drawn.Add(1))
	for _, face := range [...]struct {
		share float64
		fate  fate
	}{
		{p.Share429, fate{reason: reasonTooManyRequests}},
		{p.Share500, fate{reason: reasonInternalServerError}},
		{p.Share503, fate{reason: reasonServiceUnavailable}},
		{p.ShareReset, fate{reset: true}},
	} {
		if at < face.share {
			return face.fate
		}
		at -= face.share
	}
	return fate{}
}

// unitFloat is the n-th number, in [0,1), of the SplitMix64 sequence of seed: any
// member is computed without those before it, so that connections share no lock.
func unitFloat(seed, n uint64) float64 {
	z := seed + n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11) / (1 << 53)
}

// SetFaults replaces the faults for all connections. A changed max_streams reaches a
// living connection with its next accepted push.
func (s *Server) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	s.plan.Store(&faultPlan{Faults: f, seed: s.cfg.Seed})
	return nil
}

// Faults are the faults in force.
func (s *Server) Faults() Faults { return s.plan.Load().Faults }
