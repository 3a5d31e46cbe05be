package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// TLS is how the way to a mail server is encrypted.
type TLS string

// The ways. Without a word for it, it is [STARTTLS], and [Plain] on this machine alone.
const (
	STARTTLS TLS = "starttls" // RFC 3207; a server without it is refused
	Implicit TLS = "tls"      // RFC 8314
	Plain    TLS = "none"
)

// Mailer is a mail server.
type Mailer struct {
	Host               string
	Port               int // zero is the usual one
	TLS                TLS // empty is the usual one
	Username, Password string
	Timeout            time.Duration  // of each step; zero is half a minute
	Roots              *x509.CertPool // nil is the system's

	open *gomail.Client
}

// loopback tells whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// way is the encryption that is used.
func (m *Mailer) way() TLS {
	switch {
	case m.TLS != "":
		return m.TLS
	case loopback(m.Host):
		return Plain
	}
	return STARTTLS
}

// port is where the server listens.
func (m *Mailer) port() int {
	if m.Port != 0 {
		return m.Port
	}
	return map[TLS]int{STARTTLS: 587, Implicit: 465, Plain: 25}[m.way()]
}

// Address is the server as a person would name it.
func (m *Mailer) Address() string { return net.JoinHostPort(m.Host, strconv.Itoa(m.port())) }

// Send sends a mail, by the connection of the mail before if there is one. It ends with ctx.
func (m *Mailer) Send(ctx context.Context, message Message) error {
	made, err := message.made()
	if err != nil {
		return problem.Say(problem.MailRefused, "address", problem.Params{"recipient": message.To, "detail": err.Error()}).Because(err)
	}
	_, err = wait.For(ctx.Done(), func() (struct{}, error) { return struct{}{}, m.send(ctx, made) })
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return problem.New(problem.Interrupted, nil).Because(err)
	}
	m.Close()
	return m.explain(message.To, err)
}

// send connects if need be. That a server answers strangely after it took the mail is no failure.
func (m *Mailer) send(ctx context.Context, made *gomail.Msg) error {
	if m.open == nil {
		client, err := m.client()
		if err != nil {
			return err
		}
		if err := client.DialWithContext(ctx); err != nil {
			_ = client.Close() // it was not open
			return err
		}
		m.open = client
	}
	if err := m.open.Send(made); err != nil && !made.IsDelivered() {
		return err
	}
	return nil
}

// client has the settings of the library.
func (m *Mailer) client() (*gomail.Client, error) {
	timeout := m.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	way := m.way()
	options := []gomail.Option{
		gomail.WithPort(m.port()), gomail.WithTimeout(timeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: m.Host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch way {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if m.Username != "" {
		auth := gomail.SMTPAuthAutoDiscover // in clear text it takes no way that shows the password
		if way == Plain && loopback(m.Host) {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		options = append(options, gomail.WithSMTPAuth(auth), gomail.WithUsername(m.Username), gomail.WithPassword(m.Password))
	}
	return gomail.NewClient(m.Host, options...)
}

// Close ends the connection, if there is one.
func (m *Mailer) Close() {
	if m.open != nil {
		_ = m.open.Close() // all that matters was answered before
		m.open = nil
	}
}

// explain makes of an error what to do about it. The server's words are told, the password
// never: servers do not repeat it, and neither does the library.
func (m *Mailer) explain(to string, err error) error {
	params := problem.Params{"server": m.Address(), "recipient": to, "detail": reply(err)}
	code := replyCode(err)
	switch {
	case code >= 500 && isAuth(code):
		return problem.Say(problem.MailRefused, "login", params).Because(err)
	case code >= 500:
		return problem.New(problem.MailRefused, params).Because(err)
	case code >= 400:
		return problem.Say(problem.MailUnreachable, "later", params).Because(err)
	case isCertificate(err):
		return problem.Say(problem.MailUnreachable, "tls", params).Because(err)
	case code == 0 && unfit(err):
		return problem.Say(problem.MailRefused, "unfit", params).Because(err)
	}
	return problem.New(problem.MailUnreachable, params).Because(err)
}

// replyCode is the server's reply (RFC 5321, 4.2); zero if there was none.
func replyCode(err error) int {
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		return sent.ErrorCode()
	}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		return reply.Code
	}
	return 0
}

// reply is what the server said, without what the library adds: whom and what it was about.
func reply(err error) string {
	text := detail(err)
	if sent, ok := errors.AsType[*gomail.SendError](err); ok {
		text, _, _ = strings.Cut(text, ", affected ")
		text = strings.TrimPrefix(text, sent.Reason.String()+": ")
	}
	return text
}

// isAuth tells whether a reply is about who sends (RFC 4954, 6).
func isAuth(code int) bool { return code == 530 || code == 534 || code == 535 || code == 538 }

func isCertificate(err error) bool {
	_, verify := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	return verify || record
}

// unfit tells whether the server lacks what the settings ask for, which it will tomorrow too.
func unfit(err error) bool {
	return errors.Is(err, gomail.ErrNoSupportedAuthDiscovered) || errors.Is(err, gomail.ErrPlainAuthNotSupported) ||
		errors.Is(err, smtp.ErrUnencrypted) || strings.Contains(err.Error(), "does not support")
}

// detail is what the server or the system said, on one line of bounded length.
func detail(err error) string {
	const most = 200
	text := strings.Join(strings.Fields(err.Error()), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
