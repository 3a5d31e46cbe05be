package apns

import (
	"math"
	"slices"
	"testing"

	"golang.org/x/net/http2"
)

func TestSetFaultsRefusesWhatMakesNoSense(t *testing.T) {
	s := New(Config{})
	for name, f := range map[string]Faults{
		"negative share":       {Share429: -0.1},
		"share above 1":        {Share500: 1.1},
		"share NaN":            {Share503: math.NaN()},
		"shares above 1":       {Share429: 0.6, ShareReset: 0.6},
		"negative latency":     {LatencyMS: -1},
		"endless latency":      {LatencyMS: math.MaxInt32},
		"negative count":       {GoAwayAfter: -1},
		"long reason":          {GoAwayReason: string(make([]byte, maxGoAwayReason+1))},
		"negative streams":     {MaxStreams: -1},
		"too many streams":     {MaxStreams: maxMaxStreams + 1},
		"unknown wrong_topic":  {WrongTopic: "drop"},
		"latency that wraps":   {LatencyMS: math.MaxInt},
		"reset share above 1":  {ShareReset: 2},
		"infinite share":       {Share429: math.Inf(1)},
		"wrong_topic in caps":  {WrongTopic: "REJECT"},
		"minus infinite share": {Share503: math.Inf(-1)},
	} {
		before := s.plan.Load()
		if err := s.SetFaults(f); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if s.plan.Load() != before {
			t.Errorf("%s: changed the faults", name)
		}
	}
	if err := s.SetFaults(Faults{Share429: 0.5, ShareReset: 0.5, WrongTopic: wrongTopicReject}); err != nil {
		t.Error(err)
	}
}

func TestFaultsAreSeededAndRepeatable(t *testing.T) {
	throws := func(seed uint64) []fate {
		plan := &faultPlan{Faults: Faults{Share429: 0.1, Share500: 0.1, Share503: 0.1, ShareReset: 0.2}, seed: seed}
		list := make([]fate, 20_000)
		for i := range list {
			list[i] = plan.next()
		}
		return list
	}
	first := throws(7)
	if !slices.Equal(first, throws(7)) {
		t.Error("the same seed gives other faults")
	}
	if slices.Equal(first, throws(8)) {
		t.Error("another seed gives the same faults")
	}
	counts := map[fate]int{}
	for _, f := range first {
		counts[f]++
	}
	for f, want := range map[fate]float64{
		{}:                                  0.5,
		{reason: reasonTooManyRequests}:     0.1,
		{reason: reasonInternalServerError}: 0.1,
		{reason: reasonServiceUnavailable}:  0.1,
		{reset: true}:                       0.2,
	} {
		if got := float64(counts[f]) / float64(len(first)); math.Abs(got-want) > 0.02 {
			t.Errorf("%+v: share %.3f, want %.2f", f, got, want)
		}
	}
}

func TestInjectsFaultsInsteadOfAccepting(t *testing.T) {
	for _, test := range []struct {
		faults Faults
		status string
		body   string
	}{
		{Faults{Share429: 1}, "429", `{"reason":"TooManyRequests"}`},
		{Faults{Share500: 1}, "500", `{"reason":"InternalServerError"}`},
		{Faults{Share503: 1}, "503", `{"reason":"ServiceUnavailable"}`},
	} {
		t.Run(test.status, func(t *testing.T) {
			s, addr := start(t, nil)
			register(t, s)
			if err := s.SetFaults(test.faults); err != nil {
				t.Fatal(err)
			}
			p := dial(t, addr, tlsConfig(mdmCert(t)))
			p.push(1, testToken, testBody)
			p.push(3, deadToken, testBody)
			if status, body := p.status(1), p.next(http2.FrameData, 1).data; status != test.status || body != test.body {
				t.Errorf("got %s %s", status, body)
			}
			if status := p.status(3); status != "410" {
				t.Errorf("a push that is refused anyway got %s", status)
			}
			if got := s.Pushes(); len(got) > 0 {
				t.Errorf("accepted %+v", got)
			}
		})
	}
}

func TestResetsStreamsWhenAsked(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	if err := s.SetFaults(Faults{ShareReset: 1}); err != nil {
		t.Fatal(err)
	}
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.push(1, testToken, testBody)
	if got := p.next(http2.FrameRSTStream, 1); got.code != http2.ErrCodeInternal {
		t.Errorf("reset with %v", got.code)
	}
	if got := s.Pushes(); len(got) > 0 {
		t.Errorf("accepted %+v", got)
	}
}
