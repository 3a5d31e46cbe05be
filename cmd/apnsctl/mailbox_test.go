package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
)

// mailbox is a mail server for scripts: each mail it takes becomes a file, 1.eml and so on. What
// it is told to refuse with, it answers to each recipient.
type mailbox struct {
	folder string
	refuse int
	mu     sync.Mutex
	taken  int
}

// startMailbox starts one; its port is in the variable.
func startMailbox(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && (len(args) == 2 || len(args) == 3), "mailbox VARIABLE FOLDER [REPLY]")
	box := &mailbox{folder: ts.MkAbs(args[1])}
	ts.Check(os.MkdirAll(box.folder, 0o700))
	if len(args) == 3 {
		var err error
		box.refuse, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	server := smtp.NewServer(box)
	server.Domain, server.AllowInsecureAuth, server.ReadTimeout = "localhost", true, time.Minute
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	go func() { _ = server.Serve(listener) }() // until it is closed
	ts.Defer(func() { _ = server.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// NewSession implements [smtp.Backend].
func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailSession{box: b}, nil }

type mailSession struct {
	box *mailbox
	to  string
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.box.refuse != 0 {
		return &smtp.SMTPError{Code: s.box.refuse, EnhancedCode: smtp.EnhancedCode{s.box.refuse / 100, 1, 1}, Message: "not for " + to}
	}
	s.to = to
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.taken++
	text = []byte("X-Recipient: " + s.to + "\n" + strings.ReplaceAll(string(text), "\r\n", "\n"))
	return os.WriteFile(filepath.Join(s.box.folder, fmt.Sprintf("%d.eml", s.box.taken)), text, 0o600)
}

// AuthMechanisms implements [smtp.AuthSession].
func (*mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements [smtp.AuthSession]: anybody may send who knows the one password.
func (*mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, password string) error {
		if password != "salmon swordfish" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "who are you"}
		}
		return nil
	}), nil
}

func (*mailSession) Reset()        {}
func (*mailSession) Logout() error { return nil }

// startHook starts a web server that answers with a status; what it is told becomes files, the
// signature beside the body. Its URL is in the variable.
func startHook(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "hook VARIABLE FOLDER STATUS")
	folder := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(folder, 0o700))
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	var mu sync.Mutex
	count := 0
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		count++
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.json", count)), body, 0o600)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.txt", count)), []byte(r.Method+" "+r.URL.Path+" "+r.Header.Get("X-Apnsctl-Signature")+"\n"), 0o600)
		}
		if err != nil {
			status = http.StatusInternalServerError
		}
		if status/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	})}
	go func() { _ = server.Serve(listener) }() // until it is closed
	ts.Defer(func() { _ = server.Close() })
	ts.Setenv(args[0], "http://"+listener.Addr().String())
}
