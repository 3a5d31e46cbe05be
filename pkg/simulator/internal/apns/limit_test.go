package apns

import (
	"testing"
	"time"

	"golang.org/x/net/http2"
)

func TestDropsToOneStreamAndBack(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	if got := p.settings(); got != defaultMaxStreams {
		t.Fatalf("greeted with %d streams", got)
	}
	p.must(p.framer.WriteSettingsAck())

	p.push(1, "abcd", testBody)
	if got := p.settings(); got != 1 {
		t.Fatalf("%d streams after a refused push", got)
	}
	p.must(p.framer.WriteSettingsAck())

	p.open(3, false, testToken)
	p.open(5, true, testToken)
	if got := p.next(http2.FrameRSTStream, 0); got.stream != 5 || got.code != http2.ErrCodeRefusedStream {
		t.Fatalf("above the limit: %+v", got)
	}
	p.push(7, testToken, testBody)
	if got := p.next(http2.FrameRSTStream, 0); got.stream != 7 || got.code != http2.ErrCodeRefusedStream {
		t.Fatalf("above the limit: %+v", got)
	}

	if err := s.SetFaults(Faults{MaxStreams: 500}); err != nil {
		t.Fatal(err)
	}
	p.must(p.framer.WriteData(3, true, []byte(testBody)))
	if got := p.settings(); got != 500 {
		t.Fatalf("%d streams after an accepted push", got)
	}
	p.push(9, testToken, testBody)
	if got := p.status(9); got != "200" {
		t.Errorf("status %s after the limit was restored", got)
	}
	if accepted, _ := s.counts(); accepted != 2 {
		t.Errorf("%d pushes accepted, want 2", accepted)
	}
}

func TestHoldsAClientOnlyToALimitItHasAcknowledged(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.must(p.framer.WriteSettingsAck())
	p.push(1, "abcd", testBody)
	p.status(1)
	p.open(3, false, testToken)
	p.push(5, testToken, testBody)
	if got := p.status(5); got != "200" {
		t.Errorf("status %s before the acknowledgement", got)
	}
}

func TestDoesNotThrottleForDeadDevices(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.settings()
	p.push(1, deadToken, testBody)
	if got := p.status(1); got != "410" {
		t.Fatalf("status %s", got)
	}
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0)
	for _, f := range p.waiting {
		if f.kind == http2.FrameSettings && !f.flags.Has(http2.FlagSettingsAck) {
			t.Errorf("%d streams after a dead device", f.value)
		}
	}
}

func TestGivesUpAClientThatAcknowledgesNothing(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	go func() {
		for stream := uint32(1); stream < 4*maxUnacknowledged; stream += 4 {
			_ = p.framer.WriteHeaders(http2.HeadersFrameParam{
				StreamID: stream, BlockFragment: p.headers("abcd"), EndHeaders: true, EndStream: true,
			})
			_ = p.framer.WriteHeaders(http2.HeadersFrameParam{
				StreamID: stream + 2, BlockFragment: p.headers(testToken), EndHeaders: true,
			})
			_ = p.framer.WriteData(stream+2, true, []byte(testBody))
		}
	}()
	if got := p.next(http2.FrameGoAway, 0); got.code != http2.ErrCodeSettingsTimeout {
		t.Errorf("GOAWAY with %v", got.code)
	}
}

func TestHonoursAStreamWindowOfNothing(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)), http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
	const body = `{"reason":"BadDeviceToken"}`
	p.push(1, "abcd", testBody)
	p.push(3, "abcd", testBody)
	p.status(1)
	p.status(3)

	p.must(p.framer.WriteWindowUpdate(1, 4))
	if got := p.next(http2.FrameData, 0); got.data != body[:4] || got.stream != 1 {
		t.Errorf("with a window of 4: %+v", got)
	}
	p.must(p.framer.WriteWindowUpdate(1, 3))
	if got := p.next(http2.FrameData, 0); got.data != body[4:7] || got.stream != 1 {
		t.Errorf("with 3 more: %+v", got)
	}
	p.must(p.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 100}))
	for _, want := range []struct {
		stream uint32
		data   string
	}{{1, body[7:]}, {3, body}} {
		got := p.next(http2.FrameData, want.stream)
		if got.data != want.data || !got.flags.Has(http2.FlagDataEndStream) {
			t.Errorf("after SETTINGS: %+v, want %q and the end", got, want.data)
		}
	}
}

func TestHonoursTheConnectionsWindow(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	received, stream := 0, uint32(1)
	for received < initialWindow {
		p.push(stream, "abcd", testBody)
		got := p.next(http2.FrameData, stream)
		received += len(got.data)
		stream += 2
	}
	if received != initialWindow {
		t.Fatalf("%d bytes came through a window of %d", received, initialWindow)
	}
	p.must(p.framer.WriteWindowUpdate(0, 1000))
	if got := p.next(http2.FrameData, stream-2); !got.flags.Has(http2.FlagDataEndStream) {
		t.Errorf("got %+v, want the rest", got)
	}
}

func TestGivesTheConnectionsWindowBack(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	if got := p.next(http2.FrameWindowUpdate, 0); got.value != connectionWindow-initialWindow {
		t.Fatalf("greeted with %d more bytes", got.value)
	}
	window := connectionWindow
	for stream := uint32(1); stream < 1000; stream += 2 {
		for window < 4096 {
			window += int(p.next(http2.FrameWindowUpdate, 0).value)
		}
		p.push(stream, testToken, string(make([]byte, 4096)))
		window -= 4096
		if got := p.status(stream); got != "200" {
			t.Fatalf("status %s", got)
		}
	}
}

func TestDelaysAnswersSideBySide(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	const latency, count = 100 * time.Millisecond, 50
	if err := s.SetFaults(Faults{LatencyMS: int(latency.Milliseconds())}); err != nil {
		t.Fatal(err)
	}
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.settings()
	start := time.Now()
	p.open(1, true, testToken)
	p.must(p.framer.WriteRSTStream(1, http2.ErrCodeCancel)) // must not be answered
	for i := range uint32(count) {
		p.push(2*i+3, testToken, testBody)
	}
	for i := range count {
		if got := p.next(http2.FrameHeaders, 0); got.stream == 1 {
			t.Error("a stream that was reset is answered")
		}
		if got := time.Since(start); i == 0 && got < latency {
			t.Errorf("answered after %v", got)
		}
	}
	if got := time.Since(start); got > 10*latency {
		t.Errorf("%d answers took %v", count, got)
	}
}
