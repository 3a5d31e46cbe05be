package simulator

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// apnsFrameBytes is a frame as it goes over the wire.
func apnsFrameBytes(kind http2.FrameType, flags http2.Flags, stream uint32, payload string) string {
	head := []byte{byte(len(payload) >> 16), byte(len(payload) >> 8), byte(len(payload)), byte(kind), byte(flags)}
	return string(binary.BigEndian.AppendUint32(head, stream)) + payload
}

// apnsBlock is a minimal request: :method POST, :scheme https, :path /, all from HPACK's static table.
const apnsBlock = "\x83\x87\x84"

type apnsMalformed struct {
	name   string
	bytes  string
	code   http2.ErrCode
	stream uint32 // 0: the connection ends with GOAWAY, else this stream is reset
}

func apnsMalformedFrames() []apnsMalformed {
	const open = http2.FlagHeadersEndHeaders
	const whole = http2.FlagHeadersEndHeaders | http2.FlagHeadersEndStream
	headers := func(flags http2.Flags, stream uint32, block string) string {
		return apnsFrameBytes(http2.FrameHeaders, flags, stream, block)
	}
	return []apnsMalformed{
		{"SETTINGS on a stream", apnsFrameBytes(http2.FrameSettings, 0, 1, ""), http2.ErrCodeProtocol, 0},
		{"SETTINGS of seven bytes", apnsFrameBytes(http2.FrameSettings, 0, 0, "1234567"), http2.ErrCodeFrameSize, 0},
		{"a setting that is invalid", apnsFrameBytes(http2.FrameSettings, 0, 0, "\x00\x05\x00\x00\x00\x01"), http2.ErrCodeProtocol, 0},
		{"a window of 2^31", apnsFrameBytes(http2.FrameSettings, 0, 0, "\x00\x04\x80\x00\x00\x00"), http2.ErrCodeFlowControl, 0},
		{"a frame above the size limit", apnsFrameBytes(http2.FrameData, 0, 1, strings.Repeat("x", maxFrameSize+1)), http2.ErrCodeFrameSize, 0},
		{"DATA on an idle stream", apnsFrameBytes(http2.FrameData, 0, 1, "x"), http2.ErrCodeProtocol, 0},
		{"DATA on the connection", apnsFrameBytes(http2.FrameData, 0, 0, "x"), http2.ErrCodeProtocol, 0},
		{"an even stream", headers(open, 2, apnsBlock), http2.ErrCodeProtocol, 0},
		{"a stream of a lower number", headers(whole, 3, apnsBlock) + headers(whole, 1, apnsBlock), http2.ErrCodeStreamClosed, 0},
		{"a header block that is no HPACK", headers(open, 1, "\xff\xff\xff\xff\xff\xff"), http2.ErrCodeCompression, 0},
		{"a header block cut off", headers(open, 1, "\x40\x0aabc"), http2.ErrCodeCompression, 0},
		{"an endless header string", headers(0, 1, "\x40\x01a\x7f\xff\xff\x7f"), http2.ErrCodeCompression, 0},
		{
			"an endless header block",
			headers(0, 1, "") + strings.Repeat(apnsFrameBytes(http2.FrameContinuation, 0, 1, strings.Repeat("\x83", maxFrameSize)), 5),
			http2.ErrCodeEnhanceYourCalm, 0,
		},
		{"padding longer than its frame", headers(open|http2.FlagHeadersPadded, 1, "\x09\x83"), http2.ErrCodeProtocol, 0},
		{"padded HEADERS without a length", headers(open|http2.FlagHeadersPadded, 1, ""), http2.ErrCodeProtocol, 0},
		{"another frame inside a header block", headers(0, 1, apnsBlock) + apnsFrameBytes(http2.FramePing, 0, 0, "12345678"), http2.ErrCodeProtocol, 0},
		{"CONTINUATION of nothing", apnsFrameBytes(http2.FrameContinuation, 4, 1, apnsBlock), http2.ErrCodeProtocol, 0},
		{"a PING of seven bytes", apnsFrameBytes(http2.FramePing, 0, 0, "1234567"), http2.ErrCodeFrameSize, 0},
		{"PUSH_PROMISE", apnsFrameBytes(http2.FramePushPromise, 4, 1, "\x00\x00\x00\x02"+apnsBlock), http2.ErrCodeProtocol, 0},
		{"RST_STREAM of an idle stream", apnsFrameBytes(http2.FrameRSTStream, 0, 1, "\x00\x00\x00\x08"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE of an idle stream", apnsFrameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x08"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE by nothing on an idle stream", apnsFrameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE by nothing", apnsFrameBytes(http2.FrameWindowUpdate, 0, 0, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 0},
		{"WINDOW_UPDATE above 2^31", apnsFrameBytes(http2.FrameWindowUpdate, 0, 0, "\x7f\xff\xff\xff"), http2.ErrCodeFlowControl, 0},
		{"trailers that do not end the stream", headers(open, 1, apnsBlock) + headers(open, 1, apnsBlock), http2.ErrCodeProtocol, 0},
		{
			"settings that make a window too large",
			headers(open, 1, apnsBlock) + apnsFrameBytes(http2.FrameWindowUpdate, 0, 1, "\x7f\x00\x00\x00") +
				apnsFrameBytes(http2.FrameSettings, 0, 0, "\x00\x04\x7f\xff\xff\xff"),
			http2.ErrCodeFlowControl, 0,
		},
		{"WINDOW_UPDATE by nothing on a stream", headers(open, 1, apnsBlock) + apnsFrameBytes(http2.FrameWindowUpdate, 0, 1, "\x00\x00\x00\x00"), http2.ErrCodeProtocol, 1},
		{"WINDOW_UPDATE of a stream above 2^31", headers(open, 1, apnsBlock) + apnsFrameBytes(http2.FrameWindowUpdate, 0, 1, "\x7f\xff\xff\xff"), http2.ErrCodeFlowControl, 1},
		{"a request without a path", headers(whole, 1, "\x83\x87"), http2.ErrCodeProtocol, 1},
		{"a pseudo-header twice", headers(whole, 1, apnsBlock+"\x84"), http2.ErrCodeProtocol, 1},
		{"a pseudo-header after others", headers(whole, 1, "\x83\x87\x10\x01a\x01b\x84"), http2.ErrCodeProtocol, 1},
		{"an unknown pseudo-header", headers(whole, 1, apnsBlock+"\x10\x02:a\x01b"), http2.ErrCodeProtocol, 1},
		{"a header name in upper case", headers(whole, 1, apnsBlock+"\x10\x01A\x01b"), http2.ErrCodeProtocol, 1},
		{"a header that speaks of the connection", headers(whole, 1, apnsBlock+"\x10\x07upgrade\x01b"), http2.ErrCodeProtocol, 1},
		{"te other than trailers", headers(whole, 1, apnsBlock+"\x10\x02te\x01b"), http2.ErrCodeProtocol, 1},
		{"a content-length that is not the body's", headers(whole, 1, apnsBlock+"\x10\x0econtent-length\x013"), http2.ErrCodeProtocol, 1},
	}
}

func TestAPNsAnswersMalformedFramesAsHTTP2Demands(t *testing.T) {
	_, addr := apnsStart(t, nil)
	cert := apnsMDMCert(t)
	for _, test := range apnsMalformedFrames() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := apnsDial(t, addr, apnsTLSConfig(cert))
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

func TestAPNsWantsThePrefaceFirst(t *testing.T) {
	_, addr := apnsStart(t, nil)
	cert := apnsMDMCert(t)
	for name, first := range map[string]string{
		"HTTP/1.1":           "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"no SETTINGS":        http2.ClientPreface + apnsFrameBytes(http2.FramePing, 0, 0, "12345678"),
		"SETTINGS, but ACK":  http2.ClientPreface + apnsFrameBytes(http2.FrameSettings, http2.FlagSettingsAck, 0, ""),
		"HEADERS right away": http2.ClientPreface + apnsFrameBytes(http2.FrameHeaders, 5, 1, apnsBlock),
	} {
		t.Run(name, func(t *testing.T) {
			p := apnsDialSilent(t, addr, apnsTLSConfig(cert))
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

func TestAPNsEchoesPing(t *testing.T) {
	_, addr := apnsStart(t, nil)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	p.must(p.framer.WritePing(false, [8]byte{1, 2, 3, 4, 5, 6, 7, 8}))
	got := p.next(http2.FramePing, 0)
	if got.data != "\x01\x02\x03\x04\x05\x06\x07\x08" || !got.flags.Has(http2.FlagPingAck) {
		t.Errorf("got %+v", got)
	}
}

func TestAPNsReadsSplitPaddedAndTrailedRequests(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))

	block := p.headers(apnsTestToken)
	p.must(p.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:5], PadLength: 7}))
	p.must(p.framer.WriteContinuation(1, false, block[5:6]))
	p.must(p.framer.WriteContinuation(1, false, nil))
	p.must(p.framer.WriteContinuation(1, true, block[6:]))
	p.must(p.framer.WritePriority(1, http2.PriorityParam{StreamDep: 0, Weight: 3}))
	p.must(p.framer.WriteRawFrame(0xfe, 0, 1, []byte("unknown")))
	p.must(p.framer.WriteDataPadded(1, false, []byte(apnsTestBody[:3]), make([]byte, 50)))
	p.must(p.framer.WriteDataPadded(1, false, []byte(apnsTestBody[3:]), make([]byte, 5)))
	p.must(p.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: 1, BlockFragment: []byte("\x10\x01a\x01b"), EndHeaders: true, EndStream: true,
	}))
	if got := p.status(1); got != "200" {
		t.Fatalf("status %s", got)
	}
	if got := s.pushes(); len(got) != 1 || got[0].PushMagic != "magic" {
		t.Errorf("recorded %+v", got)
	}
}

func TestAPNsSurvivesAClientThatSendsByteByByte(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	bytes := apnsFrameBytes(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 1, string(p.headers(apnsTestToken))) +
		apnsFrameBytes(http2.FrameData, http2.FlagDataEndStream, 1, apnsTestBody) +
		apnsFrameBytes(http2.FramePing, 0, 0, "12345678")[:9] // the answer must not wait for its rest
	for i := range len(bytes) {
		if _, err := p.conn.Write([]byte{bytes[i]}); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.status(1); got != "200" {
		t.Errorf("status %s", got)
	}
}

func TestAPNsAnswersATooLargePayloadBeforeItsEnd(t *testing.T) {
	for _, latency := range []int{0, 20} {
		t.Run(fmt.Sprintf("latency %d ms", latency), func(t *testing.T) {
			s, addr := apnsStart(t, nil)
			apnsRegister(t, s)
			if err := s.setFaults(faults{LatencyMS: latency}); err != nil {
				t.Fatal(err)
			}
			p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
			p.open(1, false, apnsTestToken)
			p.must(p.framer.WriteData(1, false, make([]byte, 6000)))
			p.must(p.framer.WriteData(1, true, make([]byte, 6000))) // was on its way
			if got := p.status(1); got != "413" {
				t.Errorf("status %s", got)
			}
			if got := p.next(http2.FrameRSTStream, 1); got.code != http2.ErrCodeNo {
				t.Errorf("reset with %v", got.code)
			}
			p.push(3, apnsTestToken, apnsTestBody)
			if got := p.status(3); got != "200" {
				t.Errorf("the next push got %s", got)
			}
		})
	}
}

func TestAPNsReusesStreamsWithoutTheirPayloads(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	for i, magic := range []string{"first", "second"} {
		stream := uint32(2*i + 1)
		p.open(stream, false, apnsTestToken)
		p.must(p.framer.WriteData(stream, false, []byte(`{"mdm":"`)))
		p.must(p.framer.WriteData(stream, true, []byte(magic+`"}`)))
		p.status(stream)
		if got := s.pushes(); len(got) != i+1 || got[i].PushMagic != magic {
			t.Errorf("recorded %+v", got)
		}
	}
}

func TestAPNsForgetsAStreamThatTheClientResets(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	p.open(1, false, apnsTestToken)
	p.must(p.framer.WriteRSTStream(1, http2.ErrCodeCancel))
	p.must(p.framer.WriteData(1, true, []byte(apnsTestBody)))
	p.push(3, apnsTestToken, apnsTestBody)
	if got := p.next(http2.FrameHeaders, 0); got.stream != 3 {
		t.Errorf("answer on stream %d", got.stream)
	}
	if got := s.pushes(); len(got) != 1 {
		t.Errorf("recorded %+v", got)
	}
}

func TestAPNsHonoursAHeaderTableOfNothing(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)), http2.Setting{ID: http2.SettingHeaderTableSize, Val: 0})
	p.framer.ReadMetaHeaders.SetAllowedMaxDynamicTableSize(0)
	p.framer.ReadMetaHeaders.SetMaxDynamicTableSize(0)
	for _, stream := range []uint32{1, 3, 5} {
		p.push(stream, apnsDeadToken, apnsTestBody)
		if got := p.next(http2.FrameHeaders, stream).header; got[":status"] != "410" || got["apns-id"] != apnsTestID {
			t.Errorf("stream %d: got %v", stream, got)
		}
	}
}
