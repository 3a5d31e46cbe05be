package apns

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// frameBytes is a frame as it goes over the wire.
func frameBytes(kind http2.FrameType, flags http2.Flags, stream uint32, payload string) string {
	head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), byte(kind), byte(flags)}
	return string(binary.BigEndian.AppendUint32(head, stream)) + payload
}

// testBlock is a minimal request: :method POST, :scheme https, :path /, all from HPACK's static table.
const testBlock = "\x83\x87\x84"

type malformed struct {
	name   string
	bytes  string
	code   http2.ErrCode
	stream uint32 // 0: the connection ends with GOAWAY, else this stream is reset
}

func malformedFrames() []malformed {
	const open = http2.FlagHeadersEndHeaders
	const whole = http2.FlagHeadersEndHeaders | http2.FlagHeadersEndStream
	headers := func(flags http2.Flags, stream uint32, block string) string {
		return frameBytes(http2.FrameHeaders, flags, stream, block)
	}
	return []malformed{
		{"SETTINGS on a stream", frameBytes(http2.FrameSettings, 0, 1, ""), http2.ErrCodeProtocol, 0},
		{"SETTINGS of seven bytes", frameBytes(http2.FrameSettings, 0, 0, "1234567"), http2.ErrCodeFrameSize, 0},
		{"a setting that is invalid", frameBytes(http2.FrameSettings, 0, 0, "\x00\x05\x00\x00\x00\x01"), http2.ErrCodeProtocol, 0},
		{"a window of 2^31", frameBytes(http2.FrameSettings, 0, 0, "\x00\x04\x80\x00\x00\x00"), http2.ErrCodeFlowControl, 0},
		{"a frame above the size limit", frameBytes(http2.FrameData, 0, 1, strings.Repeat("x", maxFrameSize+1)), http2.ErrCodeFrameSize, 0},
		{"DATA on an idle stream", frameBytes(http2.FrameData, 0, 1, "x"), http2.ErrCodeProtocol, 0},
		{"DATA on the connection", frameBytes(http2.FrameData, 0, 0, "x"), http2.ErrCodeProtocol, 0},
		{"an even stream", headers(open, 2, testBlock), http2.ErrCodeProtocol, 0},
		{"a stream of a lower number", headers(whole, 3, testBlock) + headers(whole, 1, testBlock), http2.ErrCodeStreamClosed, 0},
		{"a header block that is no HPACK", headers(open, 1, "\xff\xff\xff\xff\xff\xff"), http2.ErrCodeCompression, 0},
		{"a header block cut off", headers(open, 1, "\x40\x0aabc"), http2.ErrCodeCompression, 0},
		{"an endless header string", headers(0, 1, "\x40\x01a\x7f\xff\xff\x7f"), http2.ErrCodeCompression, 0},
		{
			"an endless header block",
			headers(0, 1, "") + strings.Repeat(frameBytes(http2.FrameContinuation, 0, 1, strings.Repeat("\x83", maxFrameSize)), 5),
			http2.ErrCodeEnhanceYourCalm, 0,
		},
		{"padding longer than its frame", headers(open|http2.FlagHeadersPadded, 1, "\x09\x83"), http2.ErrCodeProtocol, 0},
		{"padded HEADERS without a length", headers(open|http2.FlagHeadersPadded, 1, ""), http2.ErrCodeProtocol, 0},
		{"another frame inside a header block", headers(0, 1, testBlock) + frameBytes(http2.FramePing, 0, 0, "12345678"), http2.ErrCodeProtocol, 0},
		{"CONTINUATION of nothing", frameBytes(http2.FrameContinuation, 4, 1, testBlock), http2.ErrCodeProtocol, 0},
		{"a PING of seven bytes", frameBytes(http2.FramePing, 0, 0, "1234567"), http2.ErrCodeFrameSize, 0},
		{"PUSH_PROMISE", frameBytes(http2.FramePushPromise, 4, 1, "\x00\x00\x00\x02"+testBlock), http2.ErrCodeProtocol, 0},
		{"RST_STREAM of an idle stream", frameBytes(http2.FrameRSTStream, 0, 1, "\x00\x00\x00\x08"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE of an idle stream", frameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x08"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE by nothing on an idle stream", frameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE by nothing", frameBytes(http2.FrameWindowUpdate, 0, 0, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE above 2^31", frameBytes(http2.FrameWindowUpdate, 0, 0, "\x7f\xff\xff\xff"), http2.ErrCodeFlowControl, 0},
		{"trailers that do not end the stream", headers(open, 1, testBlock) + headers(open, 1, testBlock), http2.ErrCodeProtocol, 0},
		{
			"settings that make a window too large",
			headers(open, 1, testBlock) + frameBytes(http2.FrameWindowUpdate, 0, 1, "\x7f\x00\x00\x00") +
				frameBytes(http2.FrameSettings, 0, 0, "\x00\x04\x7f\xff\xff\xff"),
			http2.ErrCodeFlowControl, 0,
		},
		{"WINDOW_UPDATE by nothing on a stream", headers(open, 1, testBlock) + frameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 1},
		{"WINDOW_UPDATE of a stream above 2^31", headers(open, 1, testBlock) + frameBytes(http2.FrameWindowUpdate, 0, 1, "\x7f\xff\xff\xff"), http2.ErrCodeFlowControl, 1},
		{"a request without a path", headers(whole, 1, "\x83\x87"), http2.ErrCodeProtocol, 1},
		{"a pseudo-header twice", headers(whole, 1, testBlock+"\x84"), http2.ErrCodeProtocol, 1},
		{"a pseudo-header after others", headers(whole, 1, "\x83\x87\x10\x01a\x01b\x84"), http2.ErrCodeProtocol, 1},
		{"an unknown pseudo-header", headers(whole, 1, testBlock+"\x10\x02:a\x01b"), http2.ErrCodeProtocol, 1},
		{"a header name in upper case", headers(whole, 1, testBlock+"\x10\x01A\x01b"), http2.ErrCodeProtocol, 1},
		{"a header that speaks of the connection", headers(whole, 1, testBlock+"\x10\x07upgrade\x01b"), http2.ErrCodeProtocol, 1},
		{"te other than trailers", headers(whole, 1, testBlock+"\x10\x02te\x01b"), http2.ErrCodeProtocol, 1},
		{"a content-length that is not the body's", headers(whole, 1, testBlock+"\x10\x0econtent-length\x013"), http2.ErrCodeProtocol, 1},
	}
}

func TestAnswersMalformedFramesAsHTTP2Demands(t *testing.T) {
	_, addr := start(t, nil)
	cert := mdmCert(t)
	for _, test := range malformedFrames() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := dial(t, addr, tlsConfig(cert))
			if _, err := p.conn.Write([]byte(test.bytes)); err != nil {
				t.Fatal(err)
			}
			if test.stream != 0 {
				if got := p.next(http2.FrameRSTStream, test.stream); got.code != test.code {
					t.Errorf("stream reset with %v, want %v", got.code, test.code)
				}
				return
			}
			if got := p.next(http2.FrameGoAway, 0); got.code != test.code {
				t.Errorf("GOAWAY with %v, want %v", got.code, test.code)
			}
			p.wantEnd()
		})
	}
}

func TestWantsThePrefaceFirst(t *testing.T) {
	_, addr := start(t, nil)
	cert := mdmCert(t)
	for name, first := range map[string]string{
		"HTTP/1.1":           "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"no SETTINGS":        http2.ClientPreface + frameBytes(http2.FramePing, 0, 0, "12345678"),
		"SETTINGS, but ACK":  http2.ClientPreface + frameBytes(http2.FrameSettings, http2.FlagSettingsAck, 0, ""),
		"HEADERS right away": http2.ClientPreface + frameBytes(http2.FrameHeaders, 5, 1, testBlock),
	} {
		t.Run(name, func(t *testing.T) {
			p := dialSilent(t, addr, tlsConfig(cert))
			if _, err := p.conn.Write([]byte(first)); err != nil {
				t.Fatal(err)
			}
			if got := p.next(http2.FrameGoAway, 0); got.code != http2.ErrCodeProtocol {
				t.Errorf("GOAWAY with %v", got.code)
			}
			p.wantEnd()
		})
	}
}

func TestEchoesPing(t *testing.T) {
	_, addr := start(t, nil)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.must(p.framer.WritePing(false, [8]byte{1, 2, 3, 4, 5, 6, 7, 8}))
	got := p.next(http2.FramePing, 0)
	if got.data != "\x01\x02\x03\x04\x05\x06\x07\x08" || !got.flags.Has(http2.FlagPingAck) {
		t.Errorf("got %+v", got)
	}
}

func TestReadsSplitPaddedAndTrailedRequests(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))

	block := p.headers(testToken)
	p.must(p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:5], PadLength: 7}))
	p.must(p.framer.WriteContinuation(1, false, block[5:6]))
	p.must(p.framer.WriteContinuation(1, false, nil))
	p.must(p.framer.WriteContinuation(1, true, block[6:]))
	p.must(p.framer.WritePriority(1, http2.PriorityParam{StreamDep: 0, Weight: 3}))
	p.must(p.framer.WriteRawFrame(0xfe, 0, 1, []byte("unknown")))
	p.must(p.framer.WriteDataPadded(1, false, []byte(testBody[:3]), make([]byte, 50)))
	p.must(p.framer.WriteDataPadded(1, false, []byte(testBody[3:]), make([]byte, 5)))
	p.must(p.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: 1, BlockFragment: []byte("\x10\x01a\x01b"), EndHeaders: true, EndStream: true,
	}))
	if got := p.status(1); got != "200" {
		t.Fatalf("status %s", got)
	}
	if got := s.Pushes(); len(got) != 1 || got[0].PushMagic != "magic" {
		t.Errorf("recorded %+v", got)
	}
}

func TestSurvivesAClientThatSendsByteByByte(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	bytes := frameBytes(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 1, string(p.headers(testToken))) +
		frameBytes(http2.FrameData, http2.FlagDataEndStream, 1, testBody) +
		frameBytes(http2.FramePing, 0, 0, "12345678")[:9] // the answer must not wait for its rest
	for i := range len(bytes) {
		if _, err := p.conn.Write([]byte{bytes[i]}); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.status(1); got != "200" {
		t.Errorf("status %s", got)
	}
}

func TestAnswersATooLargePayloadBeforeItsEnd(t *testing.T) {
	for _, latency := range []int{0, 20} {
		t.Run(fmt.Sprintf("latency %d ms", latency), func(t *testing.T) {
			s, addr := start(t, nil)
			register(t, s)
			if err := s.SetFaults(Faults{LatencyMS: latency}); err != nil {
				t.Fatal(err)
			}
			p := dial(t, addr, tlsConfig(mdmCert(t)))
			p.open(1, false, testToken)
			p.must(p.framer.WriteData(1, false, make([]byte, 6000)))
			p.must(p.framer.WriteData(1, true, make([]byte, 6000))) // was on its way
			if got := p.status(1); got != "413" {
				t.Errorf("status %s", got)
			}
			if got := p.next(http2.FrameRSTStream, 1); got.code != http2.ErrCodeNo {
				t.Errorf("reset with %v", got.code)
			}
			p.push(3, testToken, testBody)
			if got := p.status(3); got != "200" {
				t.Errorf("the next push got %s", got)
			}
		})
	}
}

func TestReusesStreamsWithoutTheirPayloads(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	for i, magic := range []string{"first", "second"} {
		stream := uint32(2*i + 1)
		p.open(stream, false, testToken)
		p.must(p.framer.WriteData(stream, false, []byte(`{"mdm":"`)))
		p.must(p.framer.WriteData(stream, true, []byte(magic+`"}`)))
		p.status(stream)
		if got := s.Pushes(); len(got) != i+1 || got[i].PushMagic != magic {
			t.Errorf("recorded %+v", got)
		}
	}
}

func TestForgetsAStreamThatTheClientResets(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.open(1, false, testToken)
	p.must(p.framer.WriteRSTStream(1, http2.ErrCodeCancel))
	p.must(p.framer.WriteData(1, true, []byte(testBody)))
	p.push(3, testToken, testBody)
	if got := p.next(http2.FrameHeaders, 0); got.stream != 3 {
		t.Errorf("answer on stream %d", got.stream)
	}
	if got := s.Pushes(); len(got) != 1 {
		t.Errorf("recorded %+v", got)
	}
}

func TestHonoursAHeaderTableOfNothing(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)), http2.Setting{ID: http2.SettingHeaderTableSize, Val: 0})
	p.framer.ReadMetaHeaders.SetAllowedMaxDynamicTableSize(0)
	p.framer.ReadMetaHeaders.SetMaxDynamicTableSize(0)
	for _, stream := range []uint32{1, 3, 5} {
		p.push(stream, deadToken, testBody)
		if got := p.next(http2.FrameHeaders, stream).header; got[":status"] != "410" || got["apns-id"] != testID {
			t.Errorf("stream %d: got %v", stream, got)
		}
	}
}
