package deliver

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// server is a mail server that was written by others.
type server struct {
	*smtp.Server

	mu    sync.Mutex
	mails []string
	users []string
	// What it refuses with: a sender, a recipient, a mail.
	from, to, data *smtp.SMTPError
	port           int
	roots          *x509.CertPool
}

// start starts one; way is how it is encrypted.
func start(t *testing.T, way TLS) *server {
	t.Helper()
	s := &server{}
	s.Server = smtp.NewServer(s)
	s.Domain, s.AllowInsecureAuth = "localhost", way == Plain
	config := s.certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	switch way {
	case Implicit:
		listener = tls.NewListener(listener, config)
	case STARTTLS:
		s.TLSConfig = config
	}
	go func() { _ = s.Serve(listener) }() // until it is closed
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *server) certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }

type session struct{ server *server }

func asError(e *smtp.SMTPError) error {
	if e == nil {
		return nil
	}
	return e
}

func (s *session) Mail(string, *smtp.MailOptions) error { return asError(s.server.from) }
func (s *session) Rcpt(string, *smtp.RcptOptions) error { return asError(s.server.to) }
func (*session) Reset()                                 {}
func (*session) Logout() error                          { return nil }
func (*session) AuthMechanisms() []string               { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if password != "right" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.users = append(s.server.users, username)
		return nil
	}), nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if s.server.data != nil {
		return s.server.data
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, string(text))
	return err
}

func message() Message {
	return Message{
		From: "MDM <mdm@example.com>", To: "it@example.com", Subject: "MDMプッシュ証明書「学校」の有効期限まで残り30日です（2027-03-01）",
		Text: "本文\nFrom here on\n.\n", HTML: "<p>本文</p>", Language: "ja", ID: "7/30", Date: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

func TestAMailArrives(t *testing.T) {
	for _, way := range []TLS{STARTTLS, Implicit, Plain} {
		t.Run(string(way), func(t *testing.T) {
			s := start(t, way)
			m := &Mailer{Host: "127.0.0.1", Port: s.port, TLS: way, Username: "u", Password: "right", Roots: s.roots, Timeout: 10 * time.Second}
			for range 2 { // by one connection
				if err := m.Send(t.Context(), message()); err != nil {
					t.Fatal(err)
				}
			}
			m.Close()
			if len(s.mails) != 2 || len(s.users) != 1 || s.users[0] != "u" {
				t.Fatalf("%d mails, users %v", len(s.mails), s.users)
			}
			check(t, s.mails[0])
		})
	}
}

// check reads a mail as a mail program does.
func check(t *testing.T, text string) {
	t.Helper()
	got, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || subject != message().Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, want := range map[string]string{
		"Auto-Submitted": "auto-generated", "Content-Language": "ja", "From": `"MDM" <mdm@example.com>`, "To": "<it@example.com>", "Mime-Version": "1.0",
	} {
		if got := got.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if id := got.Header.Get("Message-Id"); !strings.HasSuffix(id, "@example.com>") {
		t.Errorf("Message-ID %q", id)
	}
	kind, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range []string{message().Text, message().HTML} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != want {
			t.Errorf("part %q, %v; want %q", body, err, want)
		}
	}
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 78 {
			t.Errorf("a line of %d characters (RFC 5322, 2.1.1): %s", len(line), line)
		}
	}
}

func TestWhatAServerRefuses(t *testing.T) {
	reply := func(code int) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "said so"}
	}
	for name, row := range map[string]struct {
		set  func(*server, *Mailer)
		want string
	}{
		"the sender, for good":    {func(s *server, _ *Mailer) { s.from = reply(550) }, "mail-refused"},
		"the sender, for now":     {func(s *server, _ *Mailer) { s.from = reply(450) }, "mail-unreachable.later"},
		"the recipient, for good": {func(s *server, _ *Mailer) { s.to = reply(550) }, "mail-refused"},
		"the recipient, for now":  {func(s *server, _ *Mailer) { s.to = reply(451) }, "mail-unreachable.later"},
		"the mail, for good":      {func(s *server, _ *Mailer) { s.data = reply(554) }, "mail-refused"},
		"the mail, for now":       {func(s *server, _ *Mailer) { s.data = reply(452) }, "mail-unreachable.later"},
		"a wrong password":        {func(_ *server, m *Mailer) { m.Password = "wrong" }, "mail-refused.login"},
		"an unknown authority":    {func(_ *server, m *Mailer) { m.Roots = x509.NewCertPool() }, "mail-unreachable.tls"},
		"another name":            {func(_ *server, m *Mailer) { m.Host = "localhost" }, "mail-unreachable.tls"},
		"TLS at once":             {func(_ *server, m *Mailer) { m.TLS = Implicit }, "mail-unreachable.tls"},
		"nobody there":            {func(_ *server, m *Mailer) { m.Port = 1 }, "mail-unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, STARTTLS)
			m := &Mailer{Host: "127.0.0.1", Port: s.port, TLS: STARTTLS, Username: "u", Password: "right", Roots: s.roots, Timeout: 5 * time.Second}
			row.set(s, m)
			err := m.Send(t.Context(), message())
			if err == nil || problem.Of(err).Key() != row.want {
				t.Fatalf("%v, want %s", err, row.want)
			}
			if strings.Contains(err.Error(), "right") || strings.Contains(err.Error(), "wrong") {
				t.Errorf("the password is in %v", err)
			}
			if len(s.mails) != 0 {
				t.Error("it arrived all the same")
			}
		})
	}
}

// A password goes to another machine only by an encrypted way, and STARTTLS is not done without.
func TestWhatAServerLacks(t *testing.T) {
	s := start(t, Plain)
	m := &Mailer{Host: "127.0.0.1", Port: s.port, TLS: STARTTLS, Username: "u", Password: "right", Timeout: 5 * time.Second}
	if err := m.Send(t.Context(), message()); err == nil || problem.Of(err).Key() != "mail-refused.unfit" {
		t.Errorf("no STARTTLS: %v", err)
	}
	if len(s.users) != 0 {
		t.Error("the password was sent in the clear")
	}
}

// A server that never answers is given up on, and a signal ends the wait at once.
func TestAServerThatSaysNothing(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	m := &Mailer{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Timeout: 300 * time.Millisecond}
	if err := m.Send(t.Context(), message()); err == nil || problem.Of(err).Code != problem.MailUnreachable {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	m.Timeout = time.Hour
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	if err := m.Send(ctx, message()); err == nil || problem.Of(err).Code != problem.Interrupted || time.Since(began) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestPortsAndWays(t *testing.T) {
	for want, m := range map[string]*Mailer{
		"smtp.example.com:587": {Host: "smtp.example.com"}, "smtp.example.com:465": {Host: "smtp.example.com", TLS: Implicit},
		"127.0.0.1:25": {Host: "127.0.0.1"}, "smtp.example.com:25": {Host: "smtp.example.com", TLS: Plain},
		"[::1]:2525": {Host: "::1", Port: 2525}, "localhost:587": {Host: "localhost", TLS: STARTTLS},
	} {
		if got := m.Address(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// The same mail is the same bytes and has the same ID, and another rung has another.
func TestTheSameMailIsTheSame(t *testing.T) {
	first, err := message().EML()
	again, err2 := message().EML()
	if err = errors.Join(err, err2); err != nil || string(first) != string(again) {
		t.Errorf("%v", err)
	}
	other := message()
	other.ID = "7/7"
	third, err := other.EML()
	if err != nil || idOf(t, third) == idOf(t, first) {
		t.Errorf("another rung has the same ID, %v", err)
	}
	for _, bad := range []Message{{From: "nobody", To: "a@example.com"}, {From: "a@example.com", To: "nobody"}, {From: "a@example.com", To: "x@example.com\r\nBcc: y@example.com"}} {
		if _, err := bad.EML(); err == nil {
			t.Errorf("%+v is a mail", bad)
		}
	}
}

func idOf(t *testing.T, eml []byte) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(string(eml)))
	if err != nil {
		t.Fatal(err)
	}
	return m.Header.Get("Message-Id")
}
