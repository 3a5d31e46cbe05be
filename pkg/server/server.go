package server

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Server is one MDM server. Errors carry a [problem.Code]: server-refused (for good; the server's
// words are among its params), server-unreachable (worth another try), server-unsupported (this
// kind offers no such call), interrupted. It is for one goroutine.
type Server interface {
	// Read is what the server says of the certificate that it uses.
	Read(ctx context.Context) (Held, error)
	// Request is the file for Apple's portal, made by the server with a key of its own: base64 or a
	// plist, as it came once the service's own wrapping is off.
	Request(ctx context.Context) ([]byte, error)
	// Upload hands a certificate over. That the server took it does not say that it uses it: read.
	Upload(ctx context.Context, d Delivery) error
}

// Held is what a server tells of its push certificate. What it does not tell is zero.
type Held struct {
	Missing     bool // the server says that it has none
	Unasked     bool // it tells of one topic at a time, and none was given; it answered, and that is all
	Topic       string
	SerialHex   string // lower case, without leading zeros or separators
	NotAfter    time.Time
	Account     string // the Apple account
	CommonName  string // of the certificate, where that is told and the topic is not
	Certificate []byte // DER, where the server hands it out
	// Alert is a warning in the server's own words, of a kind that tells no date, or of an upload
	// that failed there.
	Alert string
}

// Delivery is what is handed over.
type Delivery struct {
	Topic       string
	Account     string // the Apple account; may be empty
	Certificate []byte // PEM, the leaf alone
	Key         []byte // PKCS #8 PEM, only for a kind that needs it, see [Offers]
}

// Access is where a server is, and what opens it.
type Access struct {
	// Name is what its owner calls it, for sentences; empty for its host.
	Name string
	Kind Kind
	URL  string // base; empty for the one address of a hosted service
	// Credentials by name, see [Offers]: the secrets themselves.
	Credentials map[string]string
	// Topic is what is asked about, for a server that has several.
	Topic string
	// Again is how the server is added anew, for sentences.
	Again Again
}

// Again is how a server is added anew with other authorities: the command, the profiles that it is
// to be linked with after it, and the keys of the credentials that are set after it.
type Again struct {
	Command        string
	Others, Sealed []string
}

// Params are the values for a sentence, with more of its own.
func (a Again) Params(more problem.Params) problem.Params {
	more["others"], more["other"], more["sealed"] = strings.Join(a.Others, ", "), cmp.Or(a.Others...), cmp.Or(a.Sealed...)
	return more
}

// basis is what every kind has: its door, and the answer to a call that it does not offer.
type basis struct{ *door }

func (b basis) Request(context.Context) ([]byte, error) { return nil, b.unsupported("request") }

func (b basis) Upload(context.Context, Delivery) error { return b.unsupported("upload") }

func (b basis) unsupported(call string) error {
	return problem.Say(problem.ServerUnsupported, call, problem.Params{"server": b.name, "kind": string(b.kind)})
}
