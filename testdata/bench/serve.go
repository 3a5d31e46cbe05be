package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"net"
	"syscall"
	"time"
)

const (
	preface    = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	frameHead  = 9
	creditStep = 1 << 20
	maxStreams = 1000 // at a time, as APNs allows
)

// serve is the null server: it looks at the heads of frames only and answers the end of
// every request with 200, at once or after a delay, so that the client is what is
// measured. It asks for a client certificate and takes any or none.
func serve(ctx context.Context, s settings) error {
	certificate, _, err := readIdentity(s.identity)
	if err != nil {
		return err
	}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"},
		ClientAuth: tls.RequestClientCert, DynamicRecordSizingDisabled: true,
	})
	if err != nil {
		return err
	}
	defer ln.Close()
	context.AfterFunc(ctx, func() { _ = ln.Close() })
	fmt.Printf("https://%s\n", ln.Addr())
	for {
		nc, err := ln.Accept()
		if err != nil {
			return err
		}
		go converse(nc, s.delay)
	}
}

// answers are the frames that are due at one time.
type answers struct {
	due    time.Time
	frames []byte
}

// converse serves one connection.
func converse(nc net.Conn, delay time.Duration) {
	defer nc.Close()
	br := bufio.NewReaderSize(nc, 64<<10)
	if _, err := br.Discard(len(preface)); err != nil {
		return
	}
	hello := []byte{0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3}
	hello = binary.BigEndian.AppendUint32(hello, maxStreams)
	hello = append(hello, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7f, 0, 0, 0)
	if _, err := nc.Write(hello); err != nil {
		return
	}
	send := func(frames []byte) []byte {
		_, _ = nc.Write(frames)
		return frames[:0]
	}
	if delay > 0 {
		queue := make(chan answers, 4096)
		defer close(queue)
		go sendLater(nc, queue)
		send = func(frames []byte) []byte {
			queue <- answers{time.Now().Add(delay), frames}
			return nil
		}
	}
	answer(br, send)
}

// sendLater writes answers when they are due. time.Sleep wakes up to a millisecond late,
// which is 5 % of the delay, so the system sleeps instead.
func sendLater(nc net.Conn, queue <-chan answers) {
	for a := range queue {
		if left := time.Until(a.due); left > 0 {
			pause := syscall.NsecToTimespec(int64(left))
			_ = syscall.Nanosleep(&pause, nil)
		}
		_, _ = nc.Write(a.frames)
	}
}

// answer reads frames and hands over the answers to all that was there to read.
func answer(br *bufio.Reader, send func(frames []byte) []byte) {
	var out []byte
	credit := 0
	for {
		if br.Buffered() < frameHead && len(out) > 0 {
			if credit > creditStep {
				out = append(out, 0, 0, 4, 8, 0, 0, 0, 0, 0)
				out = binary.BigEndian.AppendUint32(out, uint32(credit))
				credit = 0
			}
			out = send(out)
		}
		head, err := br.Peek(frameHead)
		if err != nil {
			return
		}
		length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
		kind, flags, id := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == 0 && flags&1 != 0: // DATA with END_STREAM
			credit += length
			out = append(out, 0, 0, 1, 1, 5)
			out = binary.BigEndian.AppendUint32(out, id)
			out = append(out, 0x88) // :status 200
		case kind == 4 && flags&1 == 0: // SETTINGS
			out = append(out, 0, 0, 0, 4, 1, 0, 0, 0, 0)
		}
		if _, err := br.Discard(frameHead + length); err != nil {
			return
		}
	}
}
