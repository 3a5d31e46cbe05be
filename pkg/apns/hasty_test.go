package apns_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// hasty is a client's patience in these tests: short, and longer where the machine is busy. Who keeps
// it waiting shall be the server that a test is about, and never the scheduler.
func hasty(c *apns.Client) *apns.Client {
	hastyFor(c, 400)
	return c
}

// hastyFor makes a client hasty that waits so many milliseconds for an answer.
func hastyFor(c *apns.Client, answer int) {
	slow := slowness()
	ms := func(n int) time.Duration { return time.Duration(n*slow) * time.Millisecond }
	c.Patience(ms(2000), ms(400), ms(answer*3/8), ms(answer/2), ms(answer), ms(answer/2), ms(answer/2))
}

// measuring has one test measure at a time, for many at once find each other slow.
var measuring sync.Mutex

// slowness is how many times as long as usual things take at present: the worst of some handshakes.
func slowness() int {
	measuring.Lock()
	defer measuring.Unlock()
	const usual, most = 5 * time.Millisecond, 20
	worst := usual
	for range 3 {
		began := time.Now()
		handshake()
		worst = max(worst, time.Since(began))
	}
	return min(int(worst/usual), most)
}

// handshake makes a connection as those of the tests are.
func handshake() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer ln.Close()
	go func() {
		if nc, err := ln.Accept(); err == nil {
			_, _ = io.Copy(io.Discard, tls.Server(nc, serverTLS()))
			_ = nc.Close()
		}
	}()
	config := trust()
	config.ServerName = "127.0.0.1"
	nc, err := (&tls.Dialer{Config: config}).DialContext(context.Background(), "tcp", ln.Addr().String())
	if err != nil {
		panic(err)
	}
	_ = nc.Close()
}

// lastWords lets what was written be read before the socket closes: the other side is to close it.
func lastWords(nc net.Conn) {
	if tcp, ok := nc.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	_ = nc.SetReadDeadline(time.Now().Add(time.Minute))
	_, _ = io.Copy(io.Discard, nc)
}
