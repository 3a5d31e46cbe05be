package server

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// nano is NanoMDM, and NanoHUB, which has its API below a path of its own. Read in its source:
// 0.9.0 takes certificates and tells of none; what came after it tells of one topic.
type nano struct {
	basis
	path, topic string
	took        Held // what it answered to an upload
}

func openNanoMDM(d *door, a Access) Server { return openNano(d, a, "nanomdm", "v1/pushcert") }

func openNanoHUB(d *door, a Access) Server {
	return openNano(d, a, "nanohub", "api/v1/nanomdm/pushcert")
}

func openNano(d *door, a Access, usual, path string) Server {
	d.basic(cmp.Or(a.Credentials[user], usual), a.Credentials[token])
	// Its ways to store have words of their own: a file or a key that is not there, a database without a row.
	d.none = sayingNone([]int{http.StatusInternalServerError}, "no such file", "cannot find the file", "no rows", "key not found")
	return &nano{basis: basis{d}, path: path, topic: a.Topic}
}

// nobodys is a topic that no certificate has: a server that says so has let us in.
const nobodys = "com.apple.mgmt.External.00000000-0000-0000-0000-000000000000"

// Read asks about the topic; where none is known yet, whether the server answers.
func (s *nano) Read(ctx context.Context) (Held, error) {
	if s.topic != "" {
		return s.about(ctx, s.topic)
	}
	_, err := s.about(ctx, nobodys)
	return Held{Unasked: err == nil}, err
}

// about asks about one topic. A version that cannot tell takes the question for an empty upload, and
// says so; then what it answered to our upload stands.
func (s *nano) about(ctx context.Context, topic string) (Held, error) {
	a, err := s.get(ctx, s.path, url.Values{"topic": {topic}})
	switch words := s.words(a.body); {
	case s.isNone(a):
		return Held{Missing: true}, nil
	case a.status == http.StatusMethodNotAllowed, a.status == http.StatusBadRequest && strings.Contains(words, "PEM"):
		if s.took.Topic != "" {
			return s.took, nil
		}
		return Held{}, s.unsupported("version")
	}
	return s.held(a, err)
}

func (s *nano) held(a answer, err error) (Held, error) {
	v, err := read[struct {
		Topic    string
		NotAfter string `json:"not_after"`
	}](s.door, a, err, "topic")
	if err != nil {
		return Held{}, err
	}
	return Held{Topic: v.Topic, NotAfter: moment(v.NotAfter), Missing: v.Topic == ""}, nil
}

func (s *nano) Upload(ctx context.Context, d Delivery) error {
	body := slices.Concat(bytes.TrimSpace(d.Certificate), []byte("\n"), d.Key)
	h, err := s.held(s.ask(ctx, call{method: http.MethodPut, path: s.path, format: "application/x-pem-file", body: body}))
	if err == nil {
		s.took = h
	}
	return err
}
