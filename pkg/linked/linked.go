package linked

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"maps"
	"math/big"
	"net/url"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/reference"
	"github.com/apnsctl/apnsctl/pkg/server"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// Opener opens servers of a config file.
type Opener struct {
	State   *lifecycle.State
	Secrets reference.Finder
	Machine Machine
}

// Machine is what of this machine a server is reached with.
type Machine interface {
	// Proxies says by which proxy an address is reached.
	Proxies() func(*url.URL) (*url.URL, error)
	// ServerRoots are the system's authorities with those of a file.
	ServerRoots(caFile string) (*x509.CertPool, error)
}

// Server is a server of the config file, open.
type Server struct {
	server.Offers

	Name string
	Kind server.Kind
	api  server.Server
	// state is what the server is compared with.
	state *lifecycle.State
}

// Open finds the credentials of a server, and makes no call. The topic is for kinds that have to
// be told which certificate is asked about. Errors are those of [lifecycle.State.Server],
// [reference.Finder.Find] and [server.Open].
func (o Opener) Open(ctx context.Context, name, topic string) (*Server, error) {
	at, err := o.State.Server(name)
	if err != nil {
		return nil, err
	}
	access := server.Access{Name: name, Kind: server.Kind(at.Kind), URL: at.URL, Topic: topic, Credentials: map[string]string{}}
	access.Again = again(o.State, name)
	for _, credential := range slices.Sorted(maps.Keys(at.Credentials)) {
		secret, err := o.Secrets.Find(ctx, setting.CredentialKey(name, credential), at.Credentials[credential])
		if err != nil {
			return nil, err
		}
		access.Credentials[credential] = secret
	}
	options := server.Options{Proxy: o.Machine.Proxies()}
	if at.CAFile != "" {
		if options.Roots, err = o.Machine.ServerRoots(at.CAFile); err != nil {
			return nil, lostRoots(err, name, at.CAFile, access.Again)
		}
	}
	api, err := server.Open(access, options)
	if err != nil {
		return nil, err
	}
	return &Server{access.Kind.Offers(), name, access.Kind, api, o.State}, nil
}

// OpenFor is [Opener.Open] for the server of a profile; a profile that is linked with none is a
// usage problem.
func (o Opener) OpenFor(ctx context.Context, profile string) (*Server, error) {
	name, _, err := o.State.ServerOf(profile)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, o.State.NotLinked(profile)
	}
	known, err := o.State.Profiles[profile].KnownTopic(profile)
	if err != nil {
		return nil, err
	}
	return o.Open(ctx, name, known.Topic)
}

// Answer is what a server says for some of its profiles: what it uses, or why nobody knows.
type Answer struct {
	Profiles []string
	Used     lifecycle.Used
	Err      error
}

// Ask asks a server once for all profiles that are linked with it, and where it may use several
// certificates, once for each of their topics. A server that fails is not asked any further.
func (o Opener) Ask(ctx context.Context, name string) []Answer {
	at, err := o.State.Server(name)
	if err != nil {
		return []Answer{{Err: err}}
	}
	topics, of, answers := o.topics(name, Offers(at.Kind).Several)
	if len(topics) == 0 && len(answers) == 0 {
		topics = []string{""}
	}
	for _, topic := range topics {
		a := Answer{Profiles: of[topic]}
		var open *Server
		if open, a.Err = o.Open(ctx, name, topic); a.Err == nil {
			a.Used, a.Err = open.Used(ctx)
		}
		answers = append(answers, a)
		if a.Err != nil && problem.Of(a.Err).Code != problem.Usage { // which may be about one topic alone
			break
		}
	}
	return answers
}

// topics are those that a server is asked about, each with its profiles, and those profiles whose
// topic cannot be read. A server with one certificate is asked about the first.
func (o Opener) topics(name string, several bool) (topics []string, of map[string][]string, broken []Answer) {
	of = map[string][]string{}
	for _, profile := range o.State.LinkedWith(name) {
		known, err := o.State.Profiles[profile].KnownTopic(profile)
		if err != nil {
			broken = append(broken, Answer{Profiles: []string{profile}, Err: err})
			continue
		}
		topic := known.Topic
		if len(topics) > 0 && !several {
			topic = topics[0]
		}
		if of[topic] == nil {
			topics = append(topics, topic)
		}
		of[topic] = append(of[topic], profile)
	}
	return topics, of, broken
}

// Used reads what the server uses.
func (s *Server) Used(ctx context.Context) (lifecycle.Used, error) {
	held, err := s.api.Read(ctx)
	if err != nil {
		return lifecycle.Used{}, err
	}
	used := lifecycle.Used{
		Missing: held.Missing, Topic: held.Topic, SerialHex: serial(held.SerialHex), NotAfter: held.NotAfter, Account: held.Account, Alert: held.Alert,
		CN: held.CommonName, Unasked: held.Unasked,
	}
	if len(held.Certificate) > 0 {
		file, err := pushcert.Read(s.Name, held.Certificate, nil)
		if err == nil {
			used.Certificate = file.Leaf()
		}
	}
	return used.Complete(), nil
}

// serial writes a serial number as certificates do: capital letters, whole octets.
func serial(text string) string {
	n, ok := new(big.Int).SetString(text, 16)
	if !ok {
		return ""
	}
	return strings.ToUpper(hex.EncodeToString(n.Bytes()))
}

// Request fetches the request that the server made.
func (s *Server) Request(ctx context.Context) ([]byte, error) { return s.api.Request(ctx) }

// Offers is what servers of a kind can do, and what they want.
func Offers(kind string) server.Offers { return server.Kind(kind).Offers() }
