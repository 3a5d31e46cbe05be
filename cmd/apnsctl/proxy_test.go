package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// serve hands every connection to a new port of this machine to do; the port's address is in
// the variable, as a URL.
func serve(ts *testscript.TestScript, variable, scheme string, do func(net.Conn)) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	ts.Setenv(variable, scheme+"://"+listener.Addr().String())
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				do(conn)
			}()
		}
	}()
}

// tunnel starts a proxy that connects one port of any host with a server of this machine,
// and no other port; its address is in the variable.
func tunnel(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "tunnel VARIABLE PORT SERVER")
	server := strings.TrimPrefix(args[2], "https://")
	serve(ts, args[0], "http", func(conn net.Conn) {
		in := bufio.NewReader(conn)
		request, err := http.ReadRequest(in)
		if err != nil || !strings.HasSuffix(request.Host, ":"+args[1]) {
			_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\n\r\n")
			return
		}
		way, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer way.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(way, in) }()
		_, _ = io.Copy(conn, way)
	})
}

// startProxy starts a proxy that answers each CONNECT with the text of a file, and none with
// an empty one; its address is in the variable.
func startProxy(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 2, "proxy VARIABLE FILE")
	answer := strings.ReplaceAll(ts.ReadFile(args[1]), "\n", "\r\n")
	serve(ts, args[0], "http", func(conn net.Conn) {
		in := bufio.NewReader(conn)
		if _, err := http.ReadRequest(in); err == nil {
			_, _ = io.WriteString(conn, answer)
		}
		if answer == "" {
			_, _ = io.Copy(io.Discard, in)
		}
	})
}

// startAlerting starts a server that ends each TLS handshake with a fatal alert (RFC 8446,
// 6); its URL is in the variable.
func startAlerting(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 2, "alert VARIABLE NUMBER")
	number, err := strconv.ParseUint(args[1], 10, 8)
	ts.Check(err)
	serve(ts, args[0], "https", func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1<<10)) // of the ClientHello
		_, _ = conn.Write([]byte{21, 3, 3, 0, 2, 2, byte(number)})
	})
}
